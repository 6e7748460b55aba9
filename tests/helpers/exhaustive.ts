/** Whether to try every moment and configuration (`make test-exhaustive`), or a sample (`make test`). */
export const exhaustive = Boolean(process.env["EXHAUSTIVE"]);

/** `count` items: the first, the last and evenly spaced ones between them. All items in an exhaustive run. */
export function sample<T>(list: readonly T[], count: number): T[] {
  return exhaustive ? [...list] : spread(list, count);
}

/** `sample` without the exhaustive run. */
export function spread<T>(list: readonly T[], count: number): T[] {
  if (count >= list.length) return [...list];
  if (count <= 1) return list.slice(0, Math.max(count, 0));
  const step = (list.length - 1) / (count - 1);
  const chosen = new Set(Array.from({ length: count }, (_, place) => Math.round(place * step)));
  return list.filter((_, index) => chosen.has(index));
}
