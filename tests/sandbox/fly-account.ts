import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { flyctlBinFolder, readCalls, Store, type CallRecord, type FaultFile, type State } from "flyctl-stand-in";
import { memoryState, unprotect, type ResourceState, type RunResult, type StateStore } from "pulumi-embedded-engine";
import { programAsking, stackEngine, type StackOptions } from "../helpers/in-process.ts";

export const app = "hotdash-chatwoot";
export const database = "hotdash-chatwoot-cache";

/** Staging over an empty Fly account, run by the engine in this process, which saves a second in each run. */
export function openFlyAccount(copied?: { root: string; state: StateStore }): FlyAccount {
  const root = mkdtempSync(join(tmpdir(), "chatwoot-fly-"));
  if (copied !== undefined) cpSync(copied.root, root, { recursive: true });
  const fly = join(root, "fly");
  mkdirSync(fly, { recursive: true });
  writeFileSync(join(fly, "orgs.json"), JSON.stringify(["personal", "hotdash"]));
  const state = copied?.state ?? memoryState();
  const enter = (): void => {
    Object.assign(process.env, {
      PATH: [flyctlBinFolder, process.env["PATH"]].join(delimiter),
      FLYCTL_SANDBOX_DIR: fly,
      FLY_CONFIG_DIR: join(root, "config"),
      CHATWOOT_ARTIFACTS_DIR: join(root, "artifacts"),
      FLY_API_TOKEN: "sandbox",
    });
  };
  const inEnvironment = async (run: () => Promise<RunResult>): Promise<RunResult> => {
    const before = { ...process.env };
    enter();
    try {
      return await run();
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
  };
  /** Without the pipeline's tables, whose steps need a PostgreSQL. */
  const engine = (change?: Change, folder?: string) =>
    stackEngine("staging", {
      state,
      ...(folder !== undefined && { folder }),
      change: (values) => {
        delete values.settings["support"].facts;
        change?.(values);
      },
    });
  return {
    async fly(args, input = "") {
      await execa(join(flyctlBinFolder, "flyctl"), args, {
        input,
        cwd: root,
        env: { FLYCTL_SANDBOX_DIR: fly, FLY_CONFIG_DIR: join(root, "config"), FLY_API_TOKEN: "sandbox" },
      });
    },
    up: (change) => inEnvironment(() => engine(change).up(programAsking)),
    preview: (change) => inEnvironment(() => engine(change).preview(programAsking)),
    upOf: (folder) => inEnvironment(() => engine(undefined, folder).up()),
    previewOf: (folder) => inEnvironment(() => engine(undefined, folder).preview()),
    async destroy() {
      await unprotect(state, "staging", "all");
      return inEnvironment(() => engine().destroy());
    },
    resources: async () => (await state.load()).resources,
    copy: async () => openFlyAccount({ root, state: memoryState(await state.load()) }),
    openWindow() {
      new Store(fly).update((all) => {
        for (const machine of all.apps[app]!.machines) Object.assign(machine, { state: "stopped", cordoned: true });
      });
    },
    endPreparation() {
      new Store(fly).update((all) => {
        const { machines } = all.apps[app]!;
        all.apps[app]!.machines = machines.filter(
          ({ config }) => config.metadata["fly_process_group"] !== "fly_app_release_command",
        );
      });
    },
    setFaults: (faults: FaultFile) => writeFileSync(join(fly, "faults.json"), JSON.stringify(faults)),
    artifacts: join(root, "artifacts"),
    calls: () => readCalls(fly),
    state: () => new Store(fly).read(),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A change of the stack's configuration. */
export type Change = NonNullable<StackOptions["change"]>;

export interface FlyAccount {
  /** Runs flyctl as an operator at a terminal. */
  fly(args: readonly string[], input?: string): Promise<void>;
  /** The folder of the driver's evidence. */
  readonly artifacts: string;
  up(change?: Change): Promise<RunResult>;
  preview(change?: Change): Promise<RunResult>;
  /** The same with the program of another folder, in a child process. */
  upOf(folder: string): Promise<RunResult>;
  previewOf(folder: string): Promise<RunResult>;
  /** Removes the protection, then deletes everything. */
  destroy(): Promise<RunResult>;
  resources(): Promise<readonly ResourceState[]>;
  /** A separate account in the same state. */
  copy(): Promise<FlyAccount>;
  /** Stops and cordons every machine, as a run that was killed in its maintenance window. */
  openWindow(): void;
  /** Ends a preparation that continues after a failed run. */
  endPreparation(): void;
  setFaults(faults: FaultFile): void;
  calls(): readonly CallRecord[];
  state(): State;
  dispose(): void;
}

/** The output of a failed run, for a test's message. */
export const messagesOf = ({ diagnostics }: RunResult): string => diagnostics.map(({ message }) => message).join("\n");
