import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import pRetry, { AbortError } from "p-retry";
import { automationEnvironment } from "./automation-environment.ts";
import { forgetRun, rememberRun } from "./earlier-run.ts";
import { preflight } from "./preflight.ts";
import { StepProblem } from "../../lib/problem.ts";
import { endGroupWith } from "./process-group.ts";
import { passwordsIn, redact } from "../../lib/redact.ts";
import { mayRunAgain } from "./repeatable.ts";
import type { Run } from "./run.ts";

export interface RunOptions {
  stdin?: string;
  /** Default: one minute. */
  timeoutSeconds?: number;
  /** Show what flyctl says while it works. */
  showProgress?: boolean;
  env?: Record<string, string>;
  /** Whether the next run must find it, if this one is killed before it ends. */
  outlivesUs?: boolean;
  /** Whether the answer holds secrets that only its reader can find: then nothing of it is shown or kept. */
  answersSecret?: boolean;
}

export interface RunResult {
  ok: boolean;
  stdout: string;
  stderr: string;
  /** How it ended, where it did not end well: "failed with exit code 1". */
  failure: string;
}

interface Ended extends RunResult {
  /** Ended by us: its time was over, or we were told to stop. */
  stopped: boolean;
}

/** Retries of what can be repeated, after about 1, 2 and 4 seconds. */
const retries = 3;

/** flyctl, without a terminal, with a time limit on every call, and with everything secret cut out of what it says. */
export class Flyctl {
  readonly #evidence: Run["evidence"];
  readonly #stop: Run["stop"];
  readonly #scope: string;
  readonly #secrets: string[];
  readonly #environment: Record<string, string>;

  /** `scope` names the app or database: each has its own configuration folder, which flyctl must find again. */
  constructor(run: Run, scope: string, secrets: readonly string[] = []) {
    this.#evidence = run.evidence;
    this.#stop = run.stop;
    this.#scope = scope;
    this.#secrets = [...secrets];
    this.#environment = automationEnvironment(scope);
  }

  /** Runs a command and throws when it fails. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const result = await this.attempt(args, options);
    if (result.ok) return result.stdout;
    throw this.problem(args, result, options);
  }

  /** Why a command failed, with what it said, unless that was shown as progress already. */
  problem(
    args: readonly string[],
    { stdout, stderr, failure }: RunResult,
    options: RunOptions = {},
    fix = "Mend it and run `pulumi up` again",
  ): StepProblem {
    const told = options.answersSecret ? stderr : `${stdout}\n${stderr}`;
    const said = options.showProgress ? "" : this.redact(told).trim();
    return new StepProblem(nameOf(args), `${failure}${said && `:\n${said}\n`}`, fix);
  }

  /** Runs a command whose failure is an answer too, such as "there is no such app". Repeats what can be repeated. */
  async attempt(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    let result: Ended | undefined;
    const once = async (): Promise<void> => {
      result = await this.#once(args, options).catch((error: unknown) => {
        throw new AbortError(error as Error);
      });
      const { ok, stopped, stdout, stderr, failure } = result;
      if (!ok && !stopped && mayRunAgain(args, `${stdout}\n${stderr}`)) throw new Error(failure);
    };
    await pRetry(once, {
      retries,
      minTimeout: 1000,
      randomize: true,
      onFailedAttempt: ({ retriesLeft }) => {
        if (retriesLeft > 0) this.show(`${nameOf(args)} failed for the moment; trying again`);
      },
    }).catch((error: unknown) => {
      if (result === undefined) throw error;
    });
    return result as Ended;
  }

  async #once(args: readonly string[], options: RunOptions): Promise<Ended> {
    const { stdin = "", timeoutSeconds = 60, showProgress = false, env = {}, answersSecret = false } = options;
    if (this.#stop.mustStop)
      return { ok: false, stopped: true, stdout: "", stderr: "", failure: "was stopped by a signal" };
    const at = new Date();
    const shownArgs = args.map((word) => this.redact(word));
    this.#evidence?.began(shownArgs);
    const running = execa("flyctl", args, {
      input: stdin,
      env: { ...this.#environment, ...env },
      // A group of its own, because flyctl starts helpers that must end with it.
      detached: true,
      reject: false,
      maxBuffer: 16 * 1024 * 1024,
    });
    if (showProgress) {
      for (const input of [running.stdout, running.stderr])
        createInterface({ input }).on("line", (line) => this.show(line));
    }
    if (options.outlivesUs) rememberRun(this.#scope, running.pid);
    const ended = endGroupWith(running.pid, timeoutSeconds, this.#stop);
    const result = await running;
    if (options.outlivesUs) forgetRun(this.#scope);
    const reason = ended();
    if ((result as { code?: string }).code === "ENOENT") {
      throw new StepProblem(
        "flyctl",
        "is not installed",
        "Install it from https://fly.io/docs/flyctl/install/ and run `pulumi up` again",
      );
    }
    const { stdout, stderr, exitCode } = result;
    this.#secrets.push(...passwordsIn(stdout));
    this.#evidence?.ended({
      at: at.toISOString(),
      args: shownArgs,
      seconds: (Date.now() - at.getTime()) / 1000,
      ...(exitCode === undefined ? {} : { exitCode }),
      stdout: answersSecret ? "[secret]" : this.redact(stdout),
      stderr: this.redact(stderr),
    });
    return {
      ok: exitCode === 0,
      stopped: reason !== undefined,
      stdout,
      stderr,
      failure: reason ?? explainExit(exitCode),
    };
  }

  /** Refuses a flyctl that is too old, and a token that is missing or void, before anything is changed. */
  async preflight(): Promise<void> {
    await preflight(this);
  }

  /** Says it to the person who waits, and keeps it. */
  show(line: string): void {
    const shown = stripVTControlCharacters(this.redact(line));
    process.stderr.write(`${shown}\n`);
    this.#evidence?.said(shown);
  }

  /** Two commands that only read, side by side; the second one's failure is thrown by whoever asks for its answer. */
  async attemptBeside(args: readonly string[], others: readonly string[]): Promise<[RunResult, () => string]> {
    const [result, other] = await Promise.allSettled([this.attempt(args), this.run(others)]);
    if (result.status === "rejected") throw result.reason;
    const answer = (): string => {
      if (other.status === "rejected") throw other.reason;
      return other.value;
    };
    return [result.value, answer];
  }

  /** The preflight, and beside it what only reads. Where both fail, the preflight is told: it names the cause. */
  async preflightBeside<T>(read: () => Promise<T>): Promise<T> {
    const [checked, answer] = await Promise.allSettled([this.preflight(), read()]);
    for (const result of [checked, answer]) if (result.status === "rejected") throw result.reason;
    return (answer as PromiseFulfilledResult<T>).value;
  }

  /** A text without the secrets that this object knows of. */
  redact(text: string): string {
    return redact(text, [...this.#secrets, ...passwordsIn(text)]);
  }
}

/** The command without its arguments, for messages. */
function nameOf(args: readonly string[]): string {
  return ["flyctl", ...args.slice(0, 2).filter((word) => !word.startsWith("-"))].join(" ");
}

function explainExit(exitCode: number | undefined): string {
  // flyctl prints nothing then: its work was cancelled, often by another machine's failure in the same deployment.
  if (exitCode === 127) return "was interrupted, by a signal or by a failure of another machine (exit code 127)";
  return exitCode === undefined ? "was killed" : `failed with exit code ${exitCode}`;
}
