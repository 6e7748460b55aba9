import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { automationEnvironment } from "./automation-environment.ts";
import { StepProblem } from "./problem.ts";
import { endGroupWith } from "./process-group.ts";
import { passwordsIn, redact } from "./redact.ts";

/** The oldest flyctl whose `secrets import` keeps every value as it is. */
const oldestVersion = [0, 4, 14] as const;

export interface RunOptions {
  stdin?: string;
  /** Default one minute. */
  timeoutSeconds?: number;
  /** Show what flyctl says while it works. */
  showProgress?: boolean;
  env?: Record<string, string>;
}

export interface RunResult {
  ok: boolean;
  stdout: string;
  stderr: string;
  /** How it ended, where it did not end well: "failed with exit code 1". */
  failure: string;
}

/** flyctl, without a terminal, with a time limit on every call, and with everything secret cut out of what it says. */
export class Flyctl {
  private readonly secrets: string[];
  private readonly environment: Record<string, string>;

  /** `scope` names the app or database: each has its own configuration folder, which flyctl must find again. */
  constructor(scope: string, secrets: readonly string[] = []) {
    this.secrets = [...secrets];
    this.environment = automationEnvironment(scope);
  }

  /** Runs a command and throws when it fails. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const result = await this.attempt(args, options);
    if (result.ok) return result.stdout;
    // What was shown as progress is there already.
    const said = options.showProgress ? "" : this.redact(`${result.stdout}\n${result.stderr}`).trim();
    throw new StepProblem(
      `flyctl ${args.slice(0, 2).join(" ")}`,
      `${result.failure}${said && `:\n${said}\n`}`,
      "Mend it and run `pulumi up` again",
    );
  }

  /** Runs a command whose failure is an answer too, such as "there is no such app". */
  async attempt(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { stdin = "", timeoutSeconds = 60, showProgress = false, env = {} } = options;
    const running = execa("flyctl", args, {
      input: stdin,
      env: { ...this.environment, ...env },
      // A group of its own, because flyctl starts helpers that must end with it.
      detached: true,
      reject: false,
      maxBuffer: 16 * 1024 * 1024,
    });
    if (showProgress) {
      for (const input of [running.stdout, running.stderr])
        createInterface({ input }).on("line", (line) => this.show(line));
    }
    const ended = endGroupWith(running.pid, timeoutSeconds);
    const result = await running;
    const reason = ended();
    if ((result as { code?: string }).code === "ENOENT") {
      throw new StepProblem(
        "flyctl",
        "is not installed",
        "Install it from https://fly.io/docs/flyctl/install/ and run `pulumi up` again",
      );
    }
    const { stdout, stderr, exitCode } = result;
    this.secrets.push(...passwordsIn(stdout));
    return { ok: exitCode === 0, stdout, stderr, failure: reason ?? explainExit(exitCode) };
  }

  /** Refuses a flyctl that is too old, and a missing token, before anything is changed. */
  async preflight(): Promise<void> {
    const version = JSON.parse(await this.run(["version", "--json"])) as { Version?: string };
    const parts = (version.Version ?? "").replace(/^v/, "").split(/[.-]/).map(Number);
    if (compare(parts, oldestVersion) < 0) {
      throw new StepProblem(
        "flyctl",
        `version ${version.Version ?? "unknown"} is too old`,
        `Run \`flyctl version upgrade\` to get ${oldestVersion.join(".")} or newer`,
      );
    }
    if (!process.env["FLY_API_TOKEN"] && !process.env["FLY_ACCESS_TOKEN"]) {
      throw new StepProblem(
        "FLY_API_TOKEN",
        "is not set",
        "Run `export FLY_API_TOKEN=$(fly tokens create org ORGANIZATION)`",
      );
    }
  }

  private show(line: string): void {
    process.stderr.write(`${stripVTControlCharacters(this.redact(line))}\n`);
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

  private redact(text: string): string {
    return redact(text, [...this.secrets, ...passwordsIn(text)]);
  }
}

function compare(version: readonly number[], other: readonly number[]): number {
  for (const [i, part] of other.entries()) {
    const difference = (version[i] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

function explainExit(exitCode: number | undefined): string {
  // flyctl prints nothing then: its work was cancelled, often by another machine's failure in the same deployment.
  if (exitCode === 127) return "was interrupted, by a signal or by a failure of another machine (exit code 127)";
  return exitCode === undefined ? "was killed" : `failed with exit code ${exitCode}`;
}
