import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Engine,
  openStateStore,
  type Checkpoint,
  type EngineEvent,
  type Project,
  type ProviderFactory,
  type StackConfig,
  type StateStore,
} from "pulumi-embedded-engine";
import { observe, type Observation } from "./observe.ts";
import { Original, passphrase } from "./original.ts";
import type { Stage } from "./scenarios.ts";

interface Options {
  project: Project;
  stack: string;
  /** The files of the original's project. */
  files: Record<string, string>;
  /** The embedded engine's configuration. Default: none. */
  config?: StackConfig;
  providers: Record<string, ProviderFactory>;
}

export type BothEngines = Awaited<ReturnType<typeof bothEngines>>;

/** A stack on the real engine and one on the embedded engine, with the same providers. */
export async function bothEngines(
  cli: string,
  { project, stack, files, config = { values: {}, secretKeys: [] }, providers }: Options,
) {
  const folder = await mkdtemp(join(tmpdir(), "engines-"));
  const ours = await openStateStore({ file: join(folder, "state.json"), passphrase });
  const original = await Original.start(cli, providers, { stack, files });
  const urnOfThing = (name: string): string => `urn:pulumi:${stack}::${project.name}::test:index:Thing::${name}`;

  const pendingOf = (left: NonNullable<Stage["left"]>) =>
    left.map(([type, name]) => {
      const resource = { urn: urnOfThing(name), type: "test:index:Thing", custom: true, inputs: {} };
      return { type, resource };
    });

  async function theirState(): Promise<Checkpoint> {
    const file = join(folder, "exported.json");
    await writeFile(file, await original.done("stack", "export"));
    return (await openStateStore({ file, passphrase })).load();
  }

  return {
    ours,
    original,
    theirState,

    async inOriginal({ run, program, replace = [], flags = [], clear, left }: Stage): Promise<Observation> {
      if (left) original.edit((state) => (state.pending_operations = pendingOf(left)));
      const all = [...replace.flatMap((name) => ["--replace", urnOfThing(name)]), ...flags];
      if (clear) all.push("--clear-pending-creates");
      const ran =
        run === "destroy" || run === "refresh" ? await original[run](...all) : await original[run](program!, ...all);
      return observe({ ...ran, state: await theirState() });
    },

    async inEmbedded(stage: Stage, state: StateStore = ours): Promise<Observation> {
      const { run, program, replace = [], clear = false, left } = stage;
      if (left) {
        const { resources } = await state.load();
        await state.save(() => ({ resources, pendingOperations: pendingOf(left) }));
      }
      const events: EngineEvent[] = [];
      const onEvent = (event: EngineEvent) => void events.push(event);
      const engine = new Engine({
        project,
        stack,
        config,
        state,
        providers,
        onEvent,
        replace: replace.map(urnOfThing),
      });
      const ran =
        run === "destroy"
          ? engine.destroy()
          : run === "refresh"
            ? engine.refresh({ clearPendingCreates: clear })
            : engine[run](program);
      const { exitCode } = await ran;
      return observe({ exitCode, events, state: await state.load() });
    },

    async stop(): Promise<void> {
      await original.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
