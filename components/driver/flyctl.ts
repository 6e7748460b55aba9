import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import pRetry, { AbortError } from "p-retry";
import { automationEnvironment, removeLogs } from "./automation-environment.ts";
import { forgetRun, rememberRun } from "./earlier-run.ts";
import { flyctlEnvironment } from "./environment.ts";
import { preflight } from "./preflight.ts";
import { onceInRun } from "./preflight-record.ts";
import { StepProblem } from "../../lib/problem.ts";
import { endGroupWith } from "./process-group.ts";
import { passwordsIn, redact, redactLookalikes } from "../../lib/redact.ts";
import { mayChange, mayRunAgain } from "./repeatable.ts";
import type { Run } from "./run.ts";

export interface RunOptions {
  stdin?: string;
  /** Default: 60. */
  timeoutSeconds?: number;
  /** Print flyctl's output while it runs. */
  showProgress?: boolean;
  env?: Record<string, string>;
  /** Whether the next run must end the process if this run is killed. */
  outlivesUs?: boolean;
  /** Whether the output contains secrets that cannot be recognized; it is then neither printed nor recorded. */
  answersSecret?: boolean;
}

export interface RunResult {
  ok: boolean;
  stdout: string;
  stderr: string;
  /** Why it failed: "failed with exit code 1". */
  failure: string;
}

interface Ended extends RunResult {
  /** Ended by the driver, because of the time limit or a stop request. */
  stopped: boolean;
}

/** Retries of a repeatable command, after about 1, 2 and 4 seconds. */
const retries = 3;

/** Runs flyctl without a terminal, with a time limit for every call, and redacts secrets in its output. */
export class Flyctl {
  readonly #evidence: Run["evidence"];
  readonly #stop: Run["stop"];
  readonly #isStep: boolean;
  readonly #scope: string;
  readonly #secrets: string[];
  readonly #environment: Record<string, string>;
  #running = 0;

  /** `scope` is the name of the app or database; each has its own permanent configuration folder. */
  constructor(run: Run, scope: string, secrets: readonly string[] = []) {
    this.#evidence = run.evidence;
    this.#stop = run.stop;
    this.#isStep = run.isStep;
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

  /** The error of a failed command, with its output unless it was already printed as progress. */
  problem(
    args: readonly string[],
    { stdout, stderr, failure }: RunResult,
    options: RunOptions = {},
    fix = "Fix the cause and run `pulumi up` again",
  ): StepProblem {
    const output = options.answersSecret ? stderr : `${stdout}\n${stderr}`;
    const shown = options.showProgress ? "" : this.redact(output).trim();
    return new StepProblem(nameOf(args), `${failure}${shown && `:\n${shown}\n`}`, fix);
  }

  /** Runs a command whose failure is a result too, such as an app that does not exist. Retries repeatable commands. */
  attempt(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.#repeated(args, options, ({ stdout, stderr }) => mayRunAgain(args, `${stdout}\n${stderr}`));
  }

  /**
   * Runs a command that creates something with a unique name, and throws if it does not exist then. `exists` is asked after
   * every failed call, which may have created it, so that a retry creates nothing twice.
   */
  async create(args: readonly string[], exists: () => Promise<boolean>, options: RunOptions = {}): Promise<void> {
    let isMade = false;
    const result = await this.#repeated(args, options, async ({ stdout, stderr }) => {
      isMade = await exists();
      return !isMade && mayChange(`${stdout}\n${stderr}`);
    });
    if (!result.ok && !isMade) throw this.problem(args, result, options);
  }

  /** Runs a command until it succeeds, is stopped, or may not run again. */
  async #repeated(
    args: readonly string[],
    options: RunOptions,
    mayRepeat: (result: RunResult) => boolean | Promise<boolean>,
  ): Promise<RunResult> {
    let result: Ended | undefined;
    const once = async (): Promise<void> => {
      try {
        result = await this.#once(args, options);
        if (result.ok || result.stopped || !(await mayRepeat(result))) return;
      } catch (error) {
        throw new AbortError(error as Error);
      }
      throw new Error(result.failure);
    };
    await pRetry(once, {
      retries,
      minTimeout: 1000,
      randomize: true,
      onFailedAttempt: ({ retriesLeft }) => {
        if (retriesLeft > 0) this.show(`${nameOf(args)} failed temporarily; retrying`);
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
    this.#running += 1;
    const running = execa("flyctl", args, {
      input: stdin,
      env: { ...flyctlEnvironment(process.env), ...this.#environment, ...env },
      extendEnv: false,
      // Its own process group, because flyctl starts helpers that must end with it.
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
    this.#running -= 1;
    // Also those of a run that was killed. flyctl may crash if a log goes away while it looks for old ones.
    if (this.#running === 0) removeLogs(this.#scope);
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

  /** Throws if flyctl is too old, or the token is missing or invalid, before any change. Steps of one run share the answer. */
  async preflight(): Promise<void> {
    const check = (): Promise<void> => preflight(this);
    await (this.#isStep ? onceInRun(check) : check());
  }

  /** Prints a line of progress and records it. */
  show(line: string): void {
    const shown = stripVTControlCharacters(this.redact(line));
    process.stderr.write(`${shown}\n`);
    this.#evidence?.progress(shown);
  }

  /** Runs two read-only commands in parallel. A failure of the second is thrown when its output is requested. */
  async attemptBeside(args: readonly string[], others: readonly string[]): Promise<[RunResult, () => string]> {
    const [result, other] = await Promise.allSettled([this.attempt(args), this.run(others)]);
    if (result.status === "rejected") throw result.reason;
    const answer = (): string => {
      if (other.status === "rejected") throw other.reason;
      return other.value;
    };
    return [result.value, answer];
  }

  /** Runs the preflight and a read in parallel. If both fail, the preflight's error is thrown, because it names the cause. */
  async preflightBeside<T>(read: () => Promise<T>): Promise<T> {
    const [checked, answer] = await Promise.allSettled([this.preflight(), read()]);
    for (const result of [checked, answer]) if (result.status === "rejected") throw result.reason;
    return (answer as PromiseFulfilledResult<T>).value;
  }

  /** Replaces the known secrets in a text, and what looks like one, such as a value from before a rotation. */
  redact(text: string): string {
    return redactLookalikes(redact(text, [...this.#secrets, ...passwordsIn(text)]));
  }
}

/** The command without its arguments, for messages. */
function nameOf(args: readonly string[]): string {
  return ["flyctl", ...args.slice(0, 2).filter((word) => !word.startsWith("-"))].join(" ");
}

function explainExit(exitCode: number | undefined): string {
  // flyctl prints nothing in this case: it was cancelled, often because another machine failed in the same deployment.
  if (exitCode === 127) return "was interrupted, by a signal or by a failure of another machine (exit code 127)";
  return exitCode === undefined ? "was killed" : `failed with exit code ${exitCode}`;
}
