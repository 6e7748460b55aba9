import type { Bounds } from "./bounds.ts";
import { inGroup, workersAmong, type Machine } from "./machines.ts";
import type { Queues } from "./queues.ts";
import type { Situation } from "./rule.ts";

/** The situation of the main workers, then of each group, each with its own queues. */
export function situations(
  machines: readonly Machine[],
  found: Queues,
  bounds: Bounds,
  configuredMemoryMb: number | undefined,
): Situation[] {
  const taken = Object.values(bounds.groups).flatMap(({ queues }) => queues);
  const names = ["worker", ...Object.keys(bounds.groups)];
  const running = Object.fromEntries(names.map((name) => [name, machines.filter(inGroup(name)).length]));
  return names.map((group) => {
    const own = bounds.groups[group];
    const workers = workersAmong(machines, group);
    const serves = (queue: string): boolean => own?.queues.includes(queue) ?? !taken.includes(queue);
    return {
      queues: { ...found, queues: found.queues.filter(({ name }) => serves(name)) },
      workers,
      group,
      running,
      webCount: machines.filter(inGroup("web")).length,
      configuredMemoryMb: own?.memoryMb ?? configuredMemoryMb ?? workers.memoryMb,
      bounds,
    };
  });
}
