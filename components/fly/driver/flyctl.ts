import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { StepProblem } from "./problem.ts";
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
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
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
    const said = this.redact(
      [result.stdout, result.stderr]
        .map((text) => text.trim())
        .filter(Boolean)
        .join("\n"),
    );
    throw new StepProblem(
      `flyctl ${args.slice(0, 2).join(" ")}`,
      `${explainExit(result.exitCode, options)}${said && `:\n${said}\n`}`,
      "Mend it and run `pulumi up` again",
    );
  }

  /** Runs a command whose failure is an answer too, such as "there is no such app". */
  async attempt(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { stdin = "", timeoutSeconds = 60, showProgress = false, env = {} } = options;
    const running = execa("flyctl", args, {
      input: stdin,
      env: { ...this.environment, ...env },
      timeout: timeoutSeconds * 1000,
      // flyctl starts helpers of its own; the whole group ends with it.
      detached: true,
      reject: false,
      maxBuffer: 16 * 1024 * 1024,
    });
    const endGroup = (): void => {
      if (running.pid !== undefined) process.kill(-running.pid, "SIGTERM");
    };
    process.once("SIGINT", endGroup).once("SIGTERM", endGroup);
    if (showProgress) {
      for (const stream of [running.stdout, running.stderr]) {
        stream.on("data", (chunk: Buffer) =>
          process.stderr.write(stripVTControlCharacters(this.redact(chunk.toString()))),
        );
      }
    }
    const result = await running;
    process.removeListener("SIGINT", endGroup).removeListener("SIGTERM", endGroup);
    if ((result as { code?: string }).code === "ENOENT") {
      throw new StepProblem(
        "flyctl",
        "is not installed",
        "Install it from https://fly.io/docs/flyctl/install/ and run `pulumi up` again",
      );
    }
    this.secrets.push(...passwordsIn(result.stdout));
    return { ok: result.exitCode === 0, exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
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

function explainExit(exitCode: number | undefined, { timeoutSeconds = 60 }: RunOptions): string {
  if (exitCode === undefined) return `took longer than ${timeoutSeconds} seconds and was stopped`;
  // flyctl prints nothing then: its work was cancelled, often by another machine's failure in the same deployment.
  if (exitCode === 127) return "was interrupted, by a signal or by a failure of another machine (exit code 127)";
  return `failed with exit code ${exitCode}`;
}

/**
 * flyctl keeps, by app, the version of the secrets that machines must have. Processes that share a folder lose each
 * other's entries, so each scope has a folder of its own, and it lasts.
 */
function automationEnvironment(scope: string): Record<string, string> {
  const root =
    process.env["FLY_CONFIG_DIR"] ??
    join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "chatwoot-fly");
  const directory = join(root, scope);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    FLY_CONFIG_DIR: directory,
    FLY_NO_UPDATE_CHECK: "1",
    FLY_SEND_METRICS: "0",
    FLY_SYNTHETICS_AGENT: "0",
    NO_COLOR: "1",
    CI: "1",
  };
}
