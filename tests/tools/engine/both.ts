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

  async function theirState(): Promise<Checkpoint> {
    const file = join(folder, "exported.json");
    await writeFile(file, await original.done("stack", "export"));
    return (await openStateStore({ file, passphrase })).load();
  }

  return {
    ours,
    original,
    theirState,

    async inOriginal({ run, program, replace = [], flags = [] }: Stage): Promise<Observation> {
      const all = [...replace.flatMap((name) => ["--replace", urnOfThing(name)]), ...flags];
      const ran = run === "destroy" ? await original.destroy(...all) : await original[run](program!, ...all);
      return observe({ ...ran, resources: (await theirState()).resources });
    },

    async inEmbedded({ run, program, replace = [] }: Stage, state: StateStore = ours): Promise<Observation> {
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
      const { exitCode } = run === "destroy" ? await engine.destroy() : await engine[run](program);
      return observe({ exitCode, events, resources: (await state.load()).resources });
    },

    async stop(): Promise<void> {
      await original.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
