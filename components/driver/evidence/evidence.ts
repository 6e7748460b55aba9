import { appendFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { accountFile, readRun, runFolder, sessionFile } from "./folder.ts";
import { formatSummary } from "./summary.ts";

/** One run of flyctl, without its secrets. */
export interface CallRecord {
  /** Start time, in ISO 8601. */
  at: string;
  args: string[];
  seconds: number;
  /** Absent if it was killed. */
  exitCode?: number;
  stdout: string;
  stderr: string;
}

/** Limit for each stream of a command: enough for the log of a deployment. */
const keptCharacters = 256 * 1024;
/** Limit for JSON output, whose relevant parts are in the step's account. */
const keptOfJson = 2 * 1024;

/**
 * The record of a step: every command with its output, and an account of the result. Written immediately, so that the
 * evidence of a killed step is kept.
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

  /** Returns undefined, with a warning, if the evidence cannot be written: that must not stop a deployment. */
  static async open(stack: string, step: string): Promise<Evidence | undefined> {
    try {
      const evidence = new Evidence(await runFolder(stack, step), step);
      evidence.#write(`${step}: started`);
      evidence.#account({ outcome: "unfinished" });
      return evidence;
    } catch (error) {
      console.error(`evidence: cannot be written (${(error as Error).message}). The deployment continues without it.`);
      return undefined;
    }
  }

  began(args: readonly string[]): void {
    this.#write(`${this.#step}: $ flyctl ${args.map(quoted).join(" ")}`);
  }

  /** A line of a command's progress. */
  progress(line: string): void {
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

  /** Adds a fact to the account: the release, the machines, the health probes. */
  fact(name: string, value: unknown): void {
    this.#facts[name] = value;
  }

  /** Writes an input or output of the step to its own file. */
  file(name: string, text: string): void {
    this.#tolerate(() => writeFileSync(join(this.folder, name), text, { mode: 0o600 }));
  }

  /** Writes the step's account; `problem` is the error message. The account of a killed step has the outcome `unfinished`. */
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
    // Each step writes the summary of all, so the last one's is whole.
    this.#tolerate(() => this.file("summary.md", formatSummary(readRun(this.folder))));
  }

  /** The folder for messages, relative to the current folder if it is inside. */
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
      // A full disk must not interrupt a deployment.
    }
  }
}

function keptOf({ args, exitCode }: CallRecord): number {
  return exitCode === 0 && args.includes("--json") ? keptOfJson : keptCharacters;
}

/** The end of the output, which has the result. */
function shortened(text: string, kept = keptCharacters): string {
  return text.length <= kept ? text : `[...]${text.slice(-kept)}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}
