import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../lib/project-folder.ts";
import { sandboxFolders } from "../sandbox/cli/folders.ts";
import { passphrase, prepareStack, type PreparedStack } from "../sandbox/cli/prepare.ts";
import { removeAllFacts } from "../sandbox/cli/facts.ts";
import { stopCluster } from "kubernetes-sandbox";
import { startKept, type KeptPostgres } from "../sandbox/database/database.ts";
import {
  Engine,
  loadProject,
  loadStackConfig,
  memoryState,
  openStateStore,
  resolveConfig,
  type EngineOptions,
  type RunResult,
  type StateStore,
} from "pulumi-embedded-engine";
import { commandProvider, kubernetesProvider, randomProvider } from "pulumi-embedded-engine/providers";

export type StackName = "staging" | "prod";
export const stackNames: readonly StackName[] = ["staging", "prod"];

/** A sandbox in its own folder, so that a measurement neither reads nor changes the user's sandbox. */
export interface BenchSandbox {
  folders: ReturnType<typeof sandboxFolders>;
  stack(name: StackName): Promise<PreparedStack>;
  /** The engine for a prepared stack, with the stack's state in the sandbox's folder or with another state. */
  engine(stack: PreparedStack, options?: { state?: StateStore; onEvent?: EngineOptions["onEvent"] }): Promise<Engine>;
  /** The same engine for the empty program. */
  emptyEngine(stack: PreparedStack): Engine;
  remove(): Promise<void>;
}

export async function openSandbox(): Promise<BenchSandbox> {
  const folders = sandboxFolders(await mkdtemp(join(tmpdir(), "bench-")));
  // The facts databases run for as long as the measurements.
  const databases = new Map<string, KeptPostgres>();
  const providers = ({ helm }: PreparedStack) => ({
    random: randomProvider,
    command: commandProvider,
    kubernetes: kubernetesProvider({ helm }),
  });
  return {
    folders,
    async stack(name) {
      const prepared = await prepareStack(name, folders, () => {}, new AbortController().signal);
      // The program and the commands that it runs inherit this process's environment.
      Object.assign(process.env, prepared.environment);
      const { facts } = prepared;
      if (facts !== undefined && !databases.has(facts)) databases.set(facts, await startKept(facts));
      return prepared;
    },
    async engine(stack, { state, onEvent } = {}) {
      const { project, name, stackFile } = stack;
      const config = await loadStackConfig({ project, stack: name, file: stackFile, passphrase });
      const salt = config.salt === undefined ? {} : { salt: config.salt };
      return new Engine({
        project,
        stack: name,
        config,
        state: state ?? (await openStateStore({ file: folders.state(name), passphrase, ...salt })),
        providers: providers(stack),
        ...(onEvent === undefined ? {} : { onEvent }),
      });
    },
    emptyEngine(stack) {
      const project = loadProject(join(projectFolder, "bench", "empty-program"));
      const config = resolveConfig(project, stack.name, {});
      return new Engine({ project, stack: stack.name, config, state: memoryState(), providers: providers(stack) });
    },
    async remove() {
      await stopCluster(folders.cluster, { wipe: true });
      for (const database of databases.values()) await database.release();
      await removeAllFacts(folders);
      await rm(folders.root, { recursive: true, force: true });
    },
  };
}

/** Throws if the run fails, because the time of a failed run is meaningless. */
export async function succeed(what: string, run: Promise<RunResult>): Promise<RunResult> {
  const result = await run;
  if (result.ok) return result;
  const errors = result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  throw new Error(`${what} failed:\n${errors.join("\n")}`);
}
