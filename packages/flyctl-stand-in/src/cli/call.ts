import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConfigFolder } from "../config-folder.ts";
import { readFaults, type DeployFaults } from "../state/faults.ts";
import type { Store } from "../state/store.ts";
import type { App, State } from "../state/types.ts";
import { findConfigFile, type LoadedConfig } from "../toml/load.ts";
import { FlyError } from "./errors.ts";
import type { FlagValues } from "./flag-values.ts";
import { toJson, type Output } from "./output.ts";
import type { AppRule } from "./flag-spec.ts";

interface CallParts {
  readonly number: number;
  readonly operands: readonly string[];
  readonly flags: FlagValues;
  readonly env: NodeJS.ProcessEnv;
  readonly store: Store;
  readonly configFolder: ConfigFolder;
  readonly stdin: () => Promise<string>;
  readonly output: Output;
}

/** The context of a command: its arguments, the simulated Fly.io, and the two output streams. */
export class Call {
  readonly number: number;
  readonly operands: readonly string[];
  readonly flags: FlagValues;
  readonly env: NodeJS.ProcessEnv;
  readonly store: Store;
  readonly configFolder: ConfigFolder;
  readonly stdin: () => Promise<string>;
  readonly #output: Output;
  /** Called when a signal ends the process. */
  onInterrupt: () => void = () => undefined;
  #config: LoadedConfig | undefined;
  #appName = "";

  constructor(parts: CallParts) {
    this.number = parts.number;
    this.operands = parts.operands;
    this.flags = parts.flags;
    this.env = parts.env;
    this.store = parts.store;
    this.configFolder = parts.configFolder;
    this.stdin = parts.stdin;
    this.#output = parts.output;
  }

  /** Finds the app: `--app`, then FLY_APP (which beats the file), then the config file. */
  resolveApp(rule: AppRule): void {
    if (rule === "none") return;
    this.#config = findConfigFile(this.flags.string("config"));
    const { path, problem } = this.#config ?? {};
    if (problem) this.err(`\u001b[33mWARN\u001b[0m WARNING the config file at '${path}' is not valid: ${problem}\n`);
    const flag = this.flags.string("app");
    this.#appName = flag === "" ? (this.env.FLY_APP ?? "") : flag;
    if (this.#appName === "") this.#appName = this.#config?.appName ?? "";
    if (this.#appName === "" && rule === "required") {
      throw new FlyError(
        "the config for your app is missing an app name, add an app field to the fly.toml file or specify with the -a flag",
      );
    }
  }

  /** Selects the app of a machine. */
  enterApp(name: string): void {
    this.#appName = name;
  }

  get appName(): string {
    return this.#appName;
  }

  /** The local config file, when there is one. */
  get config(): LoadedConfig | undefined {
    return this.#config;
  }

  /** FLY_JSON enables JSON output for every command that supports it. */
  get json(): boolean {
    if (this.flags.byName("json") === undefined) return false;
    return this.flags.bool("json") || ["1", "ok", "t", "true"].includes((this.env.FLY_JSON ?? "").toLowerCase());
  }

  get org(): string {
    return this.flags.given("org") ? this.flags.string("org") : (this.env.FLY_ORG ?? "");
  }

  get region(): string {
    return this.flags.given("region") ? this.flags.string("region") : (this.env.FLY_REGION ?? "");
  }

  get deployFaults(): DeployFaults {
    return readFaults(this.store);
  }

  out(text: string): void {
    this.#output.out(text);
  }

  err(text: string): void {
    this.#output.err(text);
  }

  printJson(value: unknown): void {
    this.out(toJson(value));
  }

  sleep(seconds: number): Promise<void> {
    return sleep(seconds * 1000);
  }

  /** The current app; an app of another organization counts as missing. */
  readApp(): App {
    return appIn(this.store.read(), this.#appName);
  }

  /** Changes the app under the lock. */
  updateApp<T>(change: (app: App, state: State) => T): T {
    return this.store.update((state) => change(appIn(state, this.#appName), state));
  }
}

function appIn(state: State, name: string): App {
  const app = state.apps[name];
  if (app === undefined) throw new FlyError("Could not find App");
  return app;
}

/** The whole standard input, however late it arrives. Empty for a terminal: the stand-in never prompts. */
export async function readStdin(): Promise<string> {
  if (process.stdin.isTTY) return "";
  try {
    return await text(process.stdin);
  } catch {
    return "";
  }
}
