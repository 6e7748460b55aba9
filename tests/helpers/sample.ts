/** `make test-exhaustive`: every repetition there is, for the nightly run. */
export const exhaustive = process.env["EXHAUSTIVE"] === "1";

/** The first, the last and evenly spaced ones between them, `count` in all; in an exhaustive run every one. */
export function sample<T>(all: readonly T[], count: number): readonly T[] {
  if (exhaustive || all.length <= count) return all;
  const step = (all.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => all[Math.round(index * step)] as T);
}
