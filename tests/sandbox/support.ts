import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { stringify } from "yaml";
import { projectFolder } from "../../lib/project-folder.ts";
import { sandboxFolders, type SandboxFolders } from "../../sandbox/cli/folders.ts";
import { removeAllFacts } from "../../sandbox/cli/facts.ts";
import { stopCluster } from "kubernetes-sandbox";
import { readCalls, readMachineStarts, Store, type FaultFile } from "flyctl-stand-in";
import type { EngineEvent, Op } from "pulumi-embedded-engine";
import { endAll } from "./processes.ts";

/** Laid over the stack's own values, by `namespace:key`. */
export interface Overlay {
  config?: Record<string, unknown>;
  secrets?: Record<string, string>;
}

export interface RunOptions {
  overlay?: Overlay;
  /** What it must end with; any other exit code fails the test with the output. Default 0. */
  exit?: number;
  env?: Record<string, string>;
  /** How long it may take. Default 120. */
  limitSeconds?: number;
}

export interface CliRun {
  /** stdout and stderr as a person sees them. */
  output: string;
  stdout: string;
  events: EngineEvent[];
  /** What was done or, in a preview, would be done: `update chatwoot-web`, in order, without what stays the same. */
  changes: string[];
}

const defaultSeconds = 120;
const cli = ["--require", "./scripts/require-node.cjs", "sandbox/cli/main.ts"];
const runCommands = ["preview", "up", "destroy"];

export type Sandbox = Awaited<ReturnType<typeof openSandbox>>;

/** The command line over a sandbox of its own. */
export function openSandbox() {
  const root = mkdtempSync(join(tmpdir(), "chatwoot-sandbox-"));
  const folders: SandboxFolders = sandboxFolders(join(root, "kept"));
  let count = 0;

  function start(args: readonly string[], { overlay, env = {}, limitSeconds = defaultSeconds }: RunOptions = {}) {
    const files = join(root, `run-${count++}`);
    mkdirSync(files);
    const eventsFile = join(files, "events.jsonl");
    writeFileSync(join(files, "overlay.yaml"), stringify({ config: {}, secrets: {}, ...overlay }));
    const [command = ""] = args;
    const more = [
      ...([...runCommands, "outputs"].includes(command) ? ["--engine", "embedded"] : []),
      ...(runCommands.includes(command) ? ["--events", eventsFile] : []),
    ];
    const process = execa("node", [...cli, ...args, ...more], {
      cwd: projectFolder,
      env: {
        CHATWOOT_SANDBOX_DIR: folders.root,
        CHATWOOT_SANDBOX_OVERLAY: join(files, "overlay.yaml"),
        // With or without a network, the same objects.
        CHATWOOT_CHART: "sandbox/chart",
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
    /** Starts the command line in a process group of its own and does not wait. */
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

    fly: {
      calls: () => readCalls(folders.fly),
      starts: () => readMachineStarts(folders.fly),
      state: () => new Store(folders.fly).read(),
      setFaults(faults: FaultFile) {
        mkdirSync(folders.fly, { recursive: true });
        writeFileSync(join(folders.fly, "faults.json"), JSON.stringify(faults));
      },
    },

    /** The state as it lies in its file. */
    state: (stack: string) =>
      JSON.parse(readFileSync(folders.state(stack), "utf8")) as {
        deployment: { resources?: { urn: string; type: string; id?: string }[] };
      },

    async dispose(): Promise<void> {
      await stopCluster(folders.cluster, { wipe: true });
      await endAll(folders.root);
      await removeAllFacts(folders);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export function readEvents(file: string): EngineEvent[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as EngineEvent);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const silent: readonly Op[] = ["same", "create-replacement", "delete-replaced"];

function changesOf(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap((event) => ("resourcePreEvent" in event ? [event.resourcePreEvent.metadata] : []))
    .filter(({ op, type }) => !silent.includes(op) && type !== "pulumi:pulumi:Stack")
    .map(({ op, urn }) => `${op} ${urn.split("::").slice(3).join("::")}`);
}
