import type { Phase } from "./model.ts";

/** A step and its possible dependencies. */
export interface Work extends Phase {
  /** The resource's position. */
  resource: number;
  deletes: boolean;
}

/**
 * The longest chain of steps that waited for each other, found from its end: a step was delayed by the dependency that
 * finished last. Without known dependencies (`needs` undefined), it is the step that finished last before the next one
 * started.
 */
export function criticalPath(work: readonly Work[], needs: readonly (readonly number[])[] | undefined): Work[] {
  const waitsFor = needs === undefined ? () => true : waiting(work, needs);
  const path: Work[] = [];
  let current = latest(work.filter(({ endMs, startMs }) => endMs > startMs));
  while (current !== undefined) {
    const here: Work = current;
    path.unshift(here);
    current = latest(
      work.filter((other) => !path.includes(other) && other.endMs <= here.startMs && waitsFor(here, other)),
    );
  }
  return path;
}

function waiting(work: readonly Work[], needs: readonly (readonly number[])[]) {
  const lastBuilt = (before: number): Work | undefined =>
    latest(work.filter(({ deletes, endMs }) => !deletes && endMs <= before));
  return (here: Work, other: Work): boolean => {
    if (here.resource === other.resource) return true;
    if (!here.deletes) return needs[here.resource]?.includes(other.resource) ?? false;
    // Deletions run in reverse dependency order, after the program has registered everything.
    if (other.deletes) return needs[other.resource]?.includes(here.resource) ?? false;
    return other === lastBuilt(here.startMs);
  };
}

function latest(work: readonly Work[]): Work | undefined {
  let found: Work | undefined;
  for (const one of work) if (found === undefined || one.endMs > found.endMs) found = one;
  return found;
}
