import { workOf } from "./kind.ts";
import { criticalPath, type Work } from "./critical-path.ts";
import type { KindTime, ReportResource, Timing } from "./model.ts";

interface TimedWork extends Work {
  kind: string;
}

/** The concurrency, the critical path, and the time per kind. */
export function timingOf(resources: readonly ReportResource[], durationMs: number, dependenciesKnown: boolean): Timing {
  const work: TimedWork[] = resources.flatMap((resource, index) => {
    const { component, phases, parent } = resource;
    const kind = workOf(resource, parent === undefined ? undefined : resources[parent]);
    const isDelete = (what: string): boolean => what.startsWith("delete");
    return component ? [] : phases.map((phase) => ({ ...phase, resource: index, deletes: isDelete(phase.what), kind }));
  });
  const needs = dependenciesKnown ? resources.map((resource) => resource.needs) : undefined;
  const path = criticalPath(work, needs);
  const swept = sweep(work.filter(({ startMs, endMs }) => endMs > startMs));
  const busyMs = swept.kinds.reduce((sum, { shareMs }) => sum + shareMs, 0);
  return {
    ...swept,
    idleMs: Math.max(0, durationMs - busyMs),
    criticalMs: path.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
    critical: [...new Set(path.filter(({ startMs, endMs }) => endMs > startMs).map(({ resource }) => resource))],
  };
}

/** Iterates over the intervals between consecutive starts and ends of steps. */
function sweep(work: readonly TimedWork[]): Pick<Timing, "concurrency" | "most" | "kinds"> {
  const moments = [...new Set(work.flatMap(({ startMs, endMs }) => [startMs, endMs]))].sort((a, b) => a - b);
  const begins = Map.groupBy(work, ({ startMs }) => startMs);
  const ends = Map.groupBy(work, ({ endMs }) => endMs);
  const shares = new Map<string, number>();
  const under = new Map<string, number>();
  const concurrency: Timing["concurrency"] = [];
  let running = 0;
  moments.forEach((atMs, index) => {
    const change = (kind: string, by: number): void => {
      under.set(kind, (under.get(kind) ?? 0) + by);
      running += by;
    };
    for (const { kind } of ends.get(atMs) ?? []) change(kind, -1);
    for (const { kind } of begins.get(atMs) ?? []) change(kind, 1);
    concurrency.push({ atMs, running });
    const lasts = (moments[index + 1] ?? atMs) - atMs;
    for (const [kind, count] of under)
      if (count > 0) shares.set(kind, (shares.get(kind) ?? 0) + (lasts * count) / running);
  });
  const byKind = Map.groupBy(work, ({ kind }) => kind);
  const kinds = [...byKind].map(([kind, some]): KindTime => {
    const workMs = some.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    return {
      kind,
      resources: new Set(some.map(({ resource }) => resource)).size,
      workMs,
      shareMs: shares.get(kind) ?? 0,
    };
  });
  return {
    concurrency,
    most: Math.max(0, ...concurrency.map(({ running: count }) => count)),
    kinds: kinds.sort((a, b) => b.shareMs - a.shareMs || a.kind.localeCompare(b.kind)),
  };
}
