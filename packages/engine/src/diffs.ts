import type { DiffKind } from "./events.ts";
import { formatPath, leafDiff, parsePath, pathContains } from "./paths.ts";
import type { DiffResult, PropertyChange } from "./provider.ts";
import type { Props } from "./values.ts";

/** A difference in the format of steps and events. */
export interface StepDiff {
  /** Top-level properties that changed. */
  diffs: string[];
  /** Those of them that force a replacement. */
  replaceKeys: string[];
  detailedDiff: Record<string, { kind: DiffKind }>;
}

/** A replacement without a changed property, caused by something else. */
export function forcedReplacement(key: string): DiffResult {
  return { changes: [], forcedBy: [key] };
}

/** Every differing leaf of the inputs is an update: the rule for a provider without `diff`. */
export function inputDiff(before: Props, after: Props): DiffResult {
  return { changes: leafDiff(before, after) };
}

/** Applies `replaceOnChanges`; `*` includes a resource that did not become ready. */
export function applyReplaceOnChanges(diff: DiffResult, patterns: readonly string[], initFailed: boolean): DiffResult {
  const paths = patterns.map(parsePath);
  const changes = diff.changes.map((change): PropertyChange => {
    if (change.replace === true || !paths.some((path) => pathContains(path, change.path))) return change;
    const property = change.path.slice(0, 1);
    return { ...change, replace: true, byOption: !paths.some((path) => pathContains(path, property)) };
  });
  if (initFailed && patterns.includes("*")) changes.push({ path: ["#initerror"], kind: "update", replace: true });
  return { ...diff, changes };
}

export function forcesReplacement({ changes, forcedBy = [] }: DiffResult): boolean {
  return forcedBy.length > 0 || changes.some((change) => change.replace === true);
}

export function stepDiff({ changes, forcedBy = [] }: DiffResult): StepDiff {
  const keys = (wanted: PropertyChange[]): string[] => [...new Set(wanted.map(({ path }) => String(path[0])))];
  const detailed = changes.map((change) => {
    const kind: DiffKind = change.replace === true ? `${change.kind}-replace` : change.kind;
    return [formatPath(change.path), { kind }] as const;
  });
  return {
    diffs: keys(changes),
    replaceKeys: [
      ...forcedBy,
      ...keys(changes.filter(({ replace, byOption }) => replace === true && byOption !== true)),
    ],
    detailedDiff: Object.fromEntries(detailed),
  };
}
