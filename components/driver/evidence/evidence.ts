import { appendFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { accountFile, runFolder, sessionFile, type RunKind } from "./folder.ts";

/** One run of flyctl, without its secrets. */
export interface CallRecord {
  /** When it began, in ISO 8601. */
  at: string;
  args: string[];
  seconds: number;
  /** Absent if it was killed. */
  exitCode?: number;
  stdout: string;
  stderr: string;
}

/** Of each stream of a command, this much is kept: a deployment's whole log, and no more than a person reads. */
const keptCharacters = 256 * 1024;
/** Answers for machines are long, and what matters in them is in the step's account. */
const keptOfJson = 2 * 1024;

/**
 * What a step did, for whoever asks later: every command with its answer, and the step's own account of how it ended.
 * Written as it happens, so that a step that is killed leaves it too.
 */
export class Evidence {
  readonly folder: string;
  readonly #step: string;
  readonly #beganAt = new Date();
  readonly #facts: Record<string, unknown> = {};

  private constructor(folder: string, step: string) {
    this.folder = folder;
    this.#step = step;
  }

  /** Evidence that cannot be kept never stops a deployment: then it says so, and there is none. */
  static async open(stack: string, step: string, kind?: RunKind): Promise<Evidence | undefined> {
    try {
      const evidence = new Evidence(await runFolder(stack, step, new Date(), kind), step);
      evidence.#write(`${step}: begins`);
      evidence.#account({ outcome: "unfinished" });
      return evidence;
    } catch (error) {
      console.error(`evidence: cannot be kept (${(error as Error).message}). The deployment goes on without it.`);
      return undefined;
    }
  }

  began(args: readonly string[]): void {
    this.#write(`${this.#step}: $ flyctl ${args.map(quoted).join(" ")}`);
  }

  /** A line that was shown while the command works. */
  said(line: string): void {
    this.#write(`  ${line}`);
  }

  ended(record: CallRecord): void {
    const { stdout, stderr, ...rest } = record;
    const entry = { step: this.#step, ...rest, stdout: shortened(stdout, keptOf(record)), stderr: shortened(stderr) };
    this.#append("commands.jsonl", JSON.stringify(entry));
    const command = record.args.slice(0, 2).join(" ");
    this.#write(
      `${this.#step}: flyctl ${command}: exit ${record.exitCode ?? "by signal"} after ${record.seconds.toFixed(1)} s`,
    );
  }

  /** Something that the step found out, for its account: the release, the machines, the health probes. */
  fact(name: string, value: unknown): void {
    this.#facts[name] = value;
  }

  /** Something long that the step worked with, as a file of its own. */
  file(name: string, text: string): void {
    this.#tolerate(() => writeFileSync(join(this.folder, name), text, { mode: 0o600 }));
  }

  /** The step's account. It says `unfinished` where a step was killed. `problem` is what a person was told. */
  close(problem?: string): void {
    const endedAt = new Date();
    const outcome = problem === undefined ? "succeeded" : "failed";
    this.#account({
      outcome,
      ...(problem === undefined ? {} : { problem }),
      endedAt: endedAt.toISOString(),
      seconds: (endedAt.getTime() - this.#beganAt.getTime()) / 1000,
      ...this.#facts,
    });
    this.#write(`${this.#step}: ${outcome}`);
  }

  /** For people: where it lies, as seen from here. */
  get place(): string {
    const path = relative(process.cwd(), this.folder);
    return path.startsWith("..") ? this.folder : path;
  }

  #account(found: Record<string, unknown>): void {
    const account = { step: this.#step, beganAt: this.#beganAt.toISOString(), ...found };
    this.file(accountFile(this.#step), `${JSON.stringify(account, null, 2)}\n`);
  }

  #write(line: string): void {
    this.#append(sessionFile, `${new Date().toISOString()} ${line}`);
  }

  #append(file: string, line: string): void {
    this.#tolerate(() => appendFileSync(join(this.folder, file), `${line}\n`, { mode: 0o600 }));
  }

  #tolerate(write: () => void): void {
    try {
      write();
    } catch {
      // A full disk must not stop a deployment half-way.
    }
  }
}

function keptOf({ args, exitCode }: CallRecord): number {
  return exitCode === 0 && args.includes("--json") ? keptOfJson : keptCharacters;
}

/** The end of a text, which says how it went. */
function shortened(text: string, kept = keptCharacters): string {
  return text.length <= kept ? text : `[...]${text.slice(-kept)}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}
