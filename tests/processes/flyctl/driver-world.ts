import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { vi } from "vitest";
import { flyctlBinFolder, readCalls, Store, type FaultFile, type State } from "flyctl-stand-in";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";
import { runProgramHere, type ProgramRun } from "../../helpers/programs/in-process.ts";
import { execaHere, runFlyctlHere } from "./flyctl-here.ts";

const driver = fileURLToPath(new URL("../../../components/driver/main.ts", import.meta.url));

export interface StepOptions {
  args?: string[];
  /** Sent on standard input as JSON. */
  secrets?: Record<string, string>;
  /** Inputs, without `STEP_`. */
  inputs?: Record<string, string>;
  env?: Record<string, string>;
}

vi.doMock("execa", () => ({ execa: execaHere }));

/** The driver's steps over a dedicated Fly account, without Pulumi. */
export class DriverWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "driver-"));
  readonly #fly = join(this.folder, "fly");
  readonly env: Record<string, string> = {
    ...bundledEnvironment(),
    PATH: [flyctlBinFolder, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
    FLYCTL_SANDBOX_DIR: this.#fly,
    FLY_CONFIG_DIR: join(this.folder, "config"),
    // A driver that a test kills leaves its temporary folders, which go with this one.
    TMPDIR: this.folder,
    CHATWOOT_ARTIFACTS_DIR: join(this.folder, "artifacts"),
    FLY_API_TOKEN: "token",
    STEP_STACK: "test",
    STEP_APP: "chat",
    STEP_ORGANIZATION: "personal",
  };

  /** Starts the driver's program file, for a test that stops it. */
  start(name: string, options: StepOptions = {}) {
    const { args, env, input } = this.#programRun(name, options);
    return execa(process.execPath, [driver, ...args], {
      env,
      extendEnv: false,
      input,
      reject: false,
      timeout: 120_000,
    });
  }

  /** Runs a step in this process, and flyctl's stand-in too. */
  async step(name: string, options: StepOptions = {}) {
    const run = this.#programRun(name, options);
    const { exitCode, stdout, stderr } = await runProgramHere(() => import("../../../components/driver/main.ts"), run);
    // The folder of the evidence differs each time.
    return { code: exitCode, stdout, stderr: stderr.replace(/^The evidence of the run is in \S+\n/m, "") };
  }

  /** Runs flyctl's stand-in as an operator at a terminal would, with the app's configuration folder. */
  async flyctl(app: string, ...args: string[]): Promise<void> {
    const folder = join(this.folder, "config", app);
    mkdirSync(folder, { recursive: true });
    const { exitCode, stderr } = await runFlyctlHere(args, { ...this.env, FLY_CONFIG_DIR: folder });
    if (exitCode !== 0) throw new Error(`flyctl ${args.join(" ")}: ${exitCode}\n${stderr}`);
  }

  #programRun(name: string, { args = [], secrets, inputs = {}, env = {} }: StepOptions): ProgramRun {
    const given = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [`STEP_${key}`, value]));
    return {
      args: [name, ...args],
      env: { ...this.env, ...given, ...env },
      input: secrets === undefined ? "" : JSON.stringify(secrets),
    };
  }

  /** A step that must succeed, and its result. */
  async converge(name: string, options: StepOptions = {}): Promise<unknown> {
    const { code, stdout, stderr } = await this.step(name, options);
    if (code !== 0) throw new Error(`${name}: ${code}\n${stderr}`);
    return JSON.parse(stdout);
  }

  faults(faults: FaultFile): void {
    mkdirSync(this.#fly, { recursive: true });
    writeFileSync(join(this.#fly, "faults.json"), JSON.stringify(faults));
    rmSync(join(this.#fly, "fault-hits.json"), { force: true });
  }

  get state(): State {
    return new Store(this.#fly).read();
  }

  change(change: (state: State) => void): void {
    new Store(this.#fly).update(change);
  }

  /** The recorded commands, by their first words. */
  calls(changed = false): string[] {
    return readCalls(this.#fly)
      .filter((call) => !changed || call.changed)
      .map(({ argv }) => argv.slice(0, 2).join(" "));
  }

  /** Machines of an app as `group state version`, without release machines. */
  machines(app = "chat"): string[] {
    return (this.state.apps[app]?.machines ?? [])
      .map(({ config, state, cordoned }) => {
        const group = config.metadata["fly_process_group"];
        return `${group} ${state} ${/:([^@]*)/.exec(config.image)?.[1]}${cordoned ? " cordoned" : ""}`;
      })
      .filter((line) => !line.startsWith("fly_app_release_command"))
      .sort();
  }

  /** All evidence files, and the records of steps by name. */
  evidence(): { text: string; accounts: Record<string, Record<string, unknown>> } {
    const root = join(this.folder, "artifacts");
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const contents = files.map((file) => [file.name, readFileSync(join(file.parentPath, file.name), "utf8")] as const);
    const accounts = contents
      .filter(([name]) => name.endsWith(".json"))
      .map(([name, text]) => [name.replace(/\.json$/, ""), JSON.parse(text) as Record<string, unknown>] as const);
    return { text: contents.map(([, text]) => text).join("\n"), accounts: Object.fromEntries(accounts) };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
