import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryState, unprotect, type EngineEvent, type ResourceState } from "pulumi-embedded-engine";
import type { PreparedStack } from "../../sandbox/cli/prepare.ts";
import { longestChain, type Task } from "../longest-chain.ts";
import { pairRow, type Row } from "../row.ts";
import { succeed } from "../sandbox.ts";
import type { Context } from "./previews.ts";

const delayMs = 1000;

/** `up` of a new prod, with pods ready at once or after 1 s, against the longest chain of its operations. */
export async function measureKubernetesChain({ sandbox, runs }: Context, stack: PreparedStack): Promise<Row[]> {
  const faults = join(sandbox.folders.cluster, "faults.json");
  const up = async (podDelayMs: number): Promise<{ ms: number; chainMs: number }> => {
    await writeFile(faults, JSON.stringify({ delayMs: podDelayMs }));
    const state = memoryState();
    const watch = stopwatch();
    const engine = await sandbox.engine(stack, { state, onEvent: watch.onEvent });
    const begun = performance.now();
    await succeed("up of a new prod", engine.up());
    const ms = performance.now() - begun;
    const chainMs = longestChain(tasksOf((await state.load()).resources, watch.durations));
    await unprotect(state, stack.name, "all");
    await succeed("destroy of prod", (await sandbox.engine(stack, { state })).destroy());
    return { ms, chainMs };
  };
  await up(0);
  const plain: { ms: number; chainMs: number }[] = [];
  const slow: { ms: number; chainMs: number }[] = [];
  for (let run = 0; run < runs; run++) {
    plain.push(await up(0));
    slow.push(await up(delayMs));
  }
  await rm(faults);
  return [
    pairRow({
      measure: "prod: up, pods 1 s late / longest chain",
      goal: 1.15,
      names: ["up", "chain"],
      subject: slow.map(({ ms }) => ms),
      base: slow.map(({ chainMs }) => chainMs),
    }),
    pairRow({
      measure: "prod: seconds that up gains / chain gains",
      goal: 1.15,
      names: ["up gains", "chain gains"],
      subject: slow.map(({ ms }, run) => ms - (plain[run]?.ms ?? 0)),
      base: slow.map(({ chainMs }, run) => chainMs - (plain[run]?.chainMs ?? 0)),
    }),
  ];
}

/** The duration of each resource's own operation, by URN. */
function stopwatch(): { durations: Map<string, number>; onEvent: (event: EngineEvent) => void } {
  const begun = new Map<string, number>();
  const durations = new Map<string, number>();
  return {
    durations,
    onEvent(event) {
      if ("resourcePreEvent" in event) begun.set(event.resourcePreEvent.metadata.urn, performance.now());
      if (!("resOutputsEvent" in event)) return;
      const { urn } = event.resOutputsEvent.metadata;
      durations.set(urn, performance.now() - (begun.get(urn) ?? performance.now()));
    },
  };
}

function tasksOf(resources: readonly ResourceState[], durations: ReadonlyMap<string, number>): Task[] {
  return resources.map(({ urn, parent, dependencies = [], provider = "" }) => ({
    id: urn,
    durationMs: durations.get(urn) ?? 0,
    after: [...dependencies, provider.slice(0, provider.lastIndexOf("::"))],
    ...(parent === undefined ? {} : { parent }),
  }));
}
