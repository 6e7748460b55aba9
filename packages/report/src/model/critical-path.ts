import type { Phase } from "./model.ts";

/** A piece of work and what it may have waited for. */
export interface Work extends Phase {
  /** Position of the resource. */
  resource: number;
  deletes: boolean;
}

/**
 * The longest chain of steps that waited for each other, found from its end: of everything that a step had to wait for,
 * the one that was done last held it up. Without known dependencies (`needs` undefined) it is the step that ended last
 * before the next one began.
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
    // What is needed goes after all that needs it; and nothing goes before the program has registered everything.
    if (other.deletes) return needs[other.resource]?.includes(here.resource) ?? false;
    return other === lastBuilt(here.startMs);
  };
}

function latest(work: readonly Work[]): Work | undefined {
  let found: Work | undefined;
  for (const one of work) if (found === undefined || one.endMs > found.endMs) found = one;
  return found;
}
