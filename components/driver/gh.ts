import { execa } from "execa";
import { StepProblem } from "../../lib/problem.ts";
import { redact } from "../../lib/redact.ts";

const limitSeconds = 60;

/** An environment of a repository on GitHub, through `gh`. Values go in on standard input; nothing that it says shows one. */
export class GithubEnvironment {
  readonly #repository: string;
  readonly #environment: string;
  readonly #secrets: readonly string[];
  readonly #repeat: string;

  constructor(repository: string, environment: string, secrets: readonly string[], repeat: string) {
    this.#repository = repository;
    this.#environment = environment;
    this.#secrets = secrets;
    this.#repeat = repeat;
  }

  /** Whether `gh` is there and signed in at the repository's host, before anything is changed. */
  async preflight(): Promise<void> {
    const parts = this.#repository.split("/");
    const host = parts.length === 3 ? (parts[0] as string) : "github.com";
    const { ok, said } = await this.#attempt(["auth", "status", "--hostname", host]);
    if (ok) return;
    throw new StepProblem(
      "gh",
      `is not signed in at ${host}${said && `:\n${said}\n`}`,
      `Run \`gh auth login --hostname ${host}\`, or set GH_TOKEN to a token that may write secrets of ${this.#repository}. Then \`${this.#repeat}\``,
    );
  }

  async names(): Promise<string[]> {
    const { ok, stdout, said } = await this.#attempt(["secret", "list", ...this.#place, "--json", "name"]);
    if (ok) return (JSON.parse(stdout || "[]") as { name: string }[]).map(({ name }) => name);
    const missing = /HTTP 404/.test(said);
    throw new StepProblem(
      `environment ${this.#environment} of ${this.#repository}`,
      missing ? "is not there, or this token may not see it" : `its secrets cannot be listed:\n${said}\n`,
      missing
        ? `Make it in the repository's settings, under Environments, or correct chatwoot:support.handover.github. Then \`${this.#repeat}\``
        : `Mend it. Then \`${this.#repeat}\``,
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
    const { ok, said } = await this.#attempt(args, stdin);
    if (ok) return;
    throw new StepProblem(
      `gh ${args.slice(0, 3).join(" ")}`,
      `failed:\n${said}\n`,
      `Check that the token may write secrets of ${this.#repository}. Then \`${this.#repeat}\``,
    );
  }

  async #attempt(args: readonly string[], stdin = ""): Promise<{ ok: boolean; stdout: string; said: string }> {
    const result = await execa("gh", args, {
      input: stdin,
      env: { GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1", GH_PAGER: "cat" },
      timeout: limitSeconds * 1000,
      reject: false,
    });
    if ((result as { code?: string }).code === "ENOENT")
      throw new StepProblem(
        "gh",
        "is not installed",
        `Install it from https://cli.github.com, or take chatwoot:support.handover.github out. Then \`${this.#repeat}\``,
      );
    const { stdout, stderr, timedOut } = result;
    const said = timedOut ? `it took longer than ${limitSeconds} s` : stderr.trim() || stdout.trim();
    return { ok: result.exitCode === 0, stdout, said: redact(said, this.#secrets) };
  }
}
