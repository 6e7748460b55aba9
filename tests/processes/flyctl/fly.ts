import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { afterEach } from "vitest";
import { flyctlBinFolder, runFlyctl, Store, type FaultFile, type State } from "flyctl-stand-in";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

let inside = 0;
const outside = process.cwd();

/** Changes the working folder until the last of the commands has ended. */
function enterFolder(folder: string): () => void {
  process.chdir(folder);
  inside += 1;
  return () => {
    inside -= 1;
    if (inside === 0) process.chdir(outside);
  };
}

/** A stand-in with its own empty state, and commands that run in this process or start the program file. */
export class Fly {
  readonly folder = mkdtempSync(join(tmpdir(), "flyctl-test-"));

  readonly #startsProcesses: boolean;

  constructor({ startsProcesses = false } = {}) {
    this.#startsProcesses = startsProcesses;
    folders.push(this.folder);
    this.write("orgs.json", JSON.stringify(["personal", "hotdash"]));
  }

  /** Starts the program: only what is named here is in its environment. */
  start(args: readonly string[], options: Omit<Options, "stdin"> & { readonly stdin?: string | Readable } = {}) {
    return execa(join(flyctlBinFolder, "flyctl"), args, {
      input: options.stdin ?? "",
      extendEnv: false,
      env: { ...bundledEnvironment(), ...this.#environment(options) },
      cwd: this.folder,
      reject: false,
      stripFinalNewline: false,
    });
  }

  /** Runs a command, in this process unless the test is about processes. */
  async run(args: readonly string[], options: Options = {}): Promise<Result> {
    if (!this.#startsProcesses) return this.#runHere(args, options);
    const { exitCode, stdout, stderr } = await this.start(args, options);
    return { exitCode: exitCode ?? -1, stdout: String(stdout), stderr: String(stderr) };
  }

  async #runHere(args: readonly string[], options: Options): Promise<Result> {
    const printed = { stdout: "", stderr: "" };
    const leave = enterFolder(this.folder);
    try {
      const exitCode = await runFlyctl(args, {
        env: this.#environment(options),
        folder: this.folder,
        stdin: () => options.stdin ?? "",
        output: { out: (text) => (printed.stdout += text), err: (text) => (printed.stderr += text) },
      });
      return { exitCode, ...printed };
    } finally {
      leave();
    }
  }

  #environment({ env }: Pick<Options, "env">): Record<string, string> {
    return {
      PATH: process.env.PATH ?? "",
      HOME: homedir(),
      FLYCTL_SANDBOX_DIR: this.folder,
      FLY_CONFIG_DIR: join(this.folder, "fly"),
      FLY_API_TOKEN: "token",
      ...env,
    };
  }

  /** Runs a command that must succeed. */
  async ok(args: readonly string[], options: Options = {}): Promise<string> {
    const result = await this.run(args, options);
    if (result.exitCode !== 0) throw new Error(`fly ${args.join(" ")}: ${result.exitCode}\n${result.stderr}`);
    return result.stdout;
  }

  async json<T = Record<string, unknown>>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.ok([...args, "--json"])) as T;
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  faults(faults: FaultFile): void {
    this.write("faults.json", JSON.stringify(faults));
  }

  get state(): State {
    return new Store(this.folder).read();
  }

  change(change: (state: State) => void): void {
    new Store(this.folder).update(change);
  }

  /** Creates the app and deploys both of its groups. */
  async deployed(config: string = twoGroups): Promise<void> {
    await this.ok(["apps", "create", "chat", "--org", "hotdash"]);
    this.write("fly.toml", config);
    await this.deploy();
  }

  /** The ids of the app's machines of one group, in the order of `machine list`. */
  machineIds(group: string, app = "chat"): readonly string[] {
    const machines = this.state.apps[app]?.machines ?? [];
    return machines.filter(({ config }) => config.metadata.fly_process_group === group).map(({ id }) => id);
  }

  deploy(extra: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Result> {
    return this.run(["deploy", "-a", "chat", "-c", "fly.toml", "--ha=false", "--yes", ...extra], { env });
  }
}

export const twoGroups = `
app = "chat"
primary_region = "ord"
[build]
  image = "chatwoot/chatwoot:v4.14.0"
[env]
  RAILS_ENV = "production"
[processes]
  web = "bundle exec rails s"
  worker = "bundle exec sidekiq"
[http_service]
  processes = ["web"]
  internal_port = 3000
  [[http_service.checks]]
    path = "/health"
[checks.worker]
  type = "http"
  port = 7433
  processes = ["worker"]
[[vm]]
  memory = "1gb"
`;

export const withRelease = `${twoGroups}
[deploy]
  release_command = "rails db:chatwoot_prepare"
  release_command_timeout = "20m"
  [deploy.release_command_vm]
    memory = "2gb"
`;
