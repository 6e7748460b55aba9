/** The statistics of several runs that the table shows. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error("bench: no values to summarize. Run the measure at least once.");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return { median, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** The ratio of each run. The sides of a pair run back to back, so a slow moment affects both. */
export function ratios(subject: readonly number[], base: readonly number[]): number[] {
  if (subject.length !== base.length) throw new Error("bench: the two sides of a pair have different numbers of runs.");
  return subject.map((value, run) => value / (base[run] as number));
}
