import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { inject } from "vitest";
import { stringify } from "yaml";
import { projectFolder } from "../../lib/project-folder.ts";
import { sandboxFolders, type SandboxFolders } from "../../sandbox/cli/folders.ts";
import { prepareStack, type PreparedStack } from "../../sandbox/cli/prepare.ts";
import { removeAllFacts } from "../../sandbox/cli/facts.ts";
import type { RunCommand } from "../../sandbox/cli/run-stack.ts";
import { stopCluster } from "kubernetes-sandbox";
import { readCalls, readMachineStarts, Store, type FaultFile } from "flyctl-stand-in";
import { mergeValues, type EngineEvent, type Op, type Props } from "pulumi-embedded-engine";
import type { Transform } from "../../stacks/transforms.ts";
import { endAll } from "./processes.ts";

/** Overlays the stack's own values, by `namespace:key`. */
export interface Overlay {
  config?: Record<string, unknown>;
  secrets?: Record<string, string>;
}

export interface RunOptions {
  overlay?: Overlay;
  /** The expected exit code; any other one fails the test with the output. Default: 0. */
  exit?: number;
  env?: Record<string, string>;
  /** The time limit in seconds. Default: 120. */
  limitSeconds?: number;
}

export interface CliRun {
  /** stdout and stderr as a user sees them. */
  output: string;
  stdout: string;
  events: EngineEvent[];
  /** The operations of a run or a preview, in order: `update chatwoot-web`, without unchanged resources. */
  changes: string[];
}

type OpsRun = Pick<CliRun, "output" | "stdout">;
type OpsOptions = Pick<RunOptions, "overlay" | "exit" | "env">;
export type HereOptions = Pick<RunOptions, "overlay" | "exit"> & {
  unprotect?: boolean;
  refresh?: boolean;
  diff?: boolean;
  reportFile?: string | undefined;
  transforms?: readonly Transform[];
};

const defaultSeconds = 120;
const cli = ["--require", "./scripts/preload.cjs", "sandbox/cli/main.ts"];
const runCommands = ["preview", "up", "destroy"];

export type Sandbox = Awaited<ReturnType<typeof openSandbox>>;

export interface SandboxOptions {
  /** Deploys prod to a separate namespace of the cluster that test files share, instead of to its own cluster. */
  sharedCluster?: boolean;
  /** The namespace of prod there. Default: one that no other test has. */
  namespace?: string;
}

/** The command line over a dedicated sandbox. */
export function openSandbox({ sharedCluster = false, namespace: given }: SandboxOptions = {}) {
  const root = mkdtempSync(join(tmpdir(), "chatwoot-sandbox-"));
  const folders: SandboxFolders = sandboxFolders(join(root, "kept"));
  const namespace = given ?? (sharedCluster ? `prod-${randomBytes(3).toString("hex")}` : "chatwoot");
  if (sharedCluster) {
    mkdirSync(folders.root);
    symlinkSync(inject("sharedCluster"), folders.cluster);
  }
  let count = 0;

  function prepareRun(stack: string | undefined, overlay: Overlay = {}) {
    const files = join(root, `run-${count++}`);
    mkdirSync(files);
    const overlayFile = join(files, "overlay.yaml");
    const own = sharedCluster && stack === "prod" ? { "chatwoot:kubernetes": { namespace } } : {};
    const config = mergeValues(own, overlay.config ?? {}) as Props;
    writeFileSync(overlayFile, stringify({ config, secrets: overlay.secrets ?? {} }));
    const environment = {
      CHATWOOT_SANDBOX_OVERLAY: overlayFile,
      // The same objects with or without a network.
      CHATWOOT_CHART: "sandbox/chart",
    };
    return { eventsFile: join(files, "events.jsonl"), environment };
  }

  function start(args: readonly string[], { overlay, env = {}, limitSeconds = defaultSeconds }: RunOptions = {}) {
    const { eventsFile, environment } = prepareRun(stackIn(args), overlay);
    const [command = ""] = args;
    const more = [
      ...([...runCommands, "outputs"].includes(command) ? ["--engine", "embedded"] : []),
      ...(runCommands.includes(command) ? ["--events", eventsFile] : []),
    ];
    const process = execa("node", [...cli, ...args, ...more], {
      cwd: projectFolder,
      env: {
        CHATWOOT_SANDBOX_DIR: folders.root,
        ...environment,
        ...env,
      },
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: limitSeconds * 1000,
      detached: true,
    });
    return { process, eventsFile };
  }

  return {
    root,
    folders,
    /** The namespace of prod. */
    namespace,
    /** Starts the command line in its own process group and does not wait. */
    start: (args: readonly string[], options?: RunOptions): ResultPromise<{ all: true; reject: false }> =>
      start(args, options).process as never,

    async run(args: readonly string[], options: RunOptions = {}): Promise<CliRun> {
      const { process, eventsFile } = start(args, options);
      const { exitCode, all: output, stdout, timedOut } = await process;
      const { exit = 0, limitSeconds = defaultSeconds } = options;
      if (exitCode !== exit) {
        const ended = timedOut ? `took longer than ${limitSeconds} s` : `ended with ${exitCode}, not with ${exit}`;
        throw new Error(`sandbox ${args.join(" ")} ${ended}:\n${output}`);
      }
      const events = readEvents(eventsFile);
      return { output, stdout, events, changes: changesOf(events) };
    },

    /** Writes the stack's file and starts its cluster, for a run by another engine. */
    async prepare(stack: string, overlay?: Overlay): Promise<PreparedStack> {
      Object.assign(process.env, prepareRun(stack, overlay).environment);
      return prepareStack(stack, folders, () => undefined, new AbortController().signal);
    },

    /** The same as `run` for one stack, in this process (run-here.ts). */
    async runHere(command: RunCommand, stack: string, options: HereOptions = {}): Promise<CliRun> {
      const { runHere } = await import("./run-here.ts");
      const { eventsFile, environment } = prepareRun(stack, options.overlay);
      Object.assign(process.env, environment);
      const output = await runHere(command, { stack, folders, eventsFile, ...options });
      const events = readEvents(eventsFile);
      return { output, stdout: output, events, changes: changesOf(events) };
    },

    /** `run` for a command of `ops`, with the sandbox's part in this process (ops-here.ts). One at a time. */
    async opsHere(args: readonly string[], { overlay, exit = 0, env = {} }: OpsOptions = {}): Promise<OpsRun> {
      const { opsHere } = await import("./ops-here.ts");
      const { environment } = prepareRun(stackIn(args), overlay);
      const { exitCode, output, stdout } = await opsHere(args, { folders, env: { ...environment, ...env } });
      if (exitCode !== exit)
        throw new Error(`ops ${args.join(" ")} ended with ${exitCode}, not with ${exit}:\n${output}`);
      return { output, stdout };
    },

    fly: {
      calls: () => readCalls(folders.fly),
      starts: () => readMachineStarts(folders.fly),
      state: () => new Store(folders.fly).read(),
      setFaults(faults: FaultFile) {
        mkdirSync(folders.fly, { recursive: true });
        writeFileSync(join(folders.fly, "faults.json"), JSON.stringify(faults));
      },
    },

    /** The content of the state's file. */
    state: (stack: string) =>
      JSON.parse(readFileSync(folders.state(stack), "utf8")) as {
        deployment: { resources?: { urn: string; type: string; id?: string }[] };
      },

    async dispose(): Promise<void> {
      // Left by a run in this process; the next sandbox has its own folder.
      if (process.env["CHATWOOT_ARTIFACTS_DIR"] === folders.artifacts) delete process.env["CHATWOOT_ARTIFACTS_DIR"];
      if (!sharedCluster) await stopCluster(folders.cluster, { wipe: true });
      await endAll(folders.root);
      await removeAllFacts(folders);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function readEvents(file: string): EngineEvent[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as EngineEvent);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const stackIn = (args: readonly string[]): string | undefined =>
  args.includes("--stack") ? args[args.indexOf("--stack") + 1] : undefined;

const silent: readonly Op[] = ["same", "create-replacement", "delete-replaced"];

export function changesOf(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap((event) => ("resourcePreEvent" in event ? [event.resourcePreEvent.metadata] : []))
    .filter(({ op, type }) => !silent.includes(op) && type !== "pulumi:pulumi:Stack")
    .map(({ op, urn }) => `${op} ${urn.split("::").slice(3).join("::")}`);
}
