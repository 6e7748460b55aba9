import { execa } from "execa";
import { StepProblem } from "../../lib/problem.ts";
import { redact } from "../../lib/redact.ts";
import { ghEnvironment } from "./environment.ts";

const limitSeconds = 60;

/** A GitHub environment, managed with `gh`. Values are passed on standard input, and its output is redacted. */
export class GithubEnvironment {
  readonly #repository: string;
  readonly #environment: string;
  readonly #secrets: readonly string[];
  readonly #repeat: string;
  readonly #without: string;

  /** `without` says how to go on without GitHub. */
  constructor(
    repository: string,
    environment: string,
    secrets: readonly string[],
    { repeat, without }: { repeat: string; without: string },
  ) {
    this.#repository = repository;
    this.#environment = environment;
    this.#secrets = secrets;
    this.#repeat = repeat;
    this.#without = without;
  }

  /** Throws if `gh` is not installed or not signed in to the repository's host, before any change. */
  async preflight(): Promise<void> {
    const parts = this.#repository.split("/");
    const host = parts.length === 3 ? (parts[0] as string) : "github.com";
    const { ok, output } = await this.#attempt(["auth", "status", "--hostname", host]);
    if (ok) return;
    throw new StepProblem(
      "gh",
      `is not signed in to ${host}${output && `:\n${output}\n`}`,
      `Run \`gh auth login --hostname ${host}\`, or set GH_TOKEN to a token that may write secrets of ${this.#repository}. Then \`${this.#repeat}\``,
    );
  }

  async names(): Promise<string[]> {
    const { ok, stdout, output } = await this.#attempt(["secret", "list", ...this.#place, "--json", "name"]);
    if (ok) return (JSON.parse(stdout || "[]") as { name: string }[]).map(({ name }) => name);
    const missing = /HTTP 404/.test(output);
    throw new StepProblem(
      `environment ${this.#environment} of ${this.#repository}`,
      missing ? "does not exist, or the token cannot read it" : `listing its secrets failed:\n${output}\n`,
      missing
        ? `Create it in the repository's settings, under Environments, or correct chatwoot:support.handover.github. Then \`${this.#repeat}\``
        : `Fix the cause. Then \`${this.#repeat}\``,
    );
  }

  async set(name: string, value: string): Promise<void> {
    await this.#run(["secret", "set", name, ...this.#place], value);
  }

  async delete(name: string): Promise<void> {
    await this.#run(["secret", "delete", name, ...this.#place]);
  }

  get #place(): string[] {
    return ["--env", this.#environment, "--repo", this.#repository];
  }

  async #run(args: readonly string[], stdin?: string): Promise<void> {
    const { ok, output } = await this.#attempt(args, stdin);
    if (ok) return;
    throw new StepProblem(
      `gh ${args.slice(0, 3).join(" ")}`,
      `failed:\n${output}\n`,
      `Check that the token may write secrets of ${this.#repository}. Then \`${this.#repeat}\``,
    );
  }

  async #attempt(args: readonly string[], stdin = ""): Promise<{ ok: boolean; stdout: string; output: string }> {
    const result = await execa("gh", args, {
      input: stdin,
      env: {
        ...ghEnvironment(process.env),
        GH_PROMPT_DISABLED: "1",
        GH_NO_UPDATE_NOTIFIER: "1",
        NO_COLOR: "1",
        GH_PAGER: "cat",
      },
      extendEnv: false,
      timeout: limitSeconds * 1000,
      reject: false,
    });
    if ((result as { code?: string }).code === "ENOENT")
      throw new StepProblem(
        "gh",
        "is not installed",
        `Install it from https://cli.github.com, or ${this.#without}. Then \`${this.#repeat}\``,
      );
    const { stdout, stderr, timedOut } = result;
    const output = timedOut ? `the command took longer than ${limitSeconds} s` : stderr.trim() || stdout.trim();
    return { ok: result.exitCode === 0, stdout, output: redact(output, this.#secrets) };
  }
}
