import { ratios, summarize, type Summary } from "./statistics.ts";

/** One line of the table. */
export interface Row {
  measure: string;
  /** Of the ratios; of the milliseconds where `unit` says so. */
  summary: Summary;
  unit: "ratio" | "ms";
  /** At most this; undefined where the row is there for information. */
  goal?: number;
  /** What lies under the ratio, in milliseconds or mebibytes. */
  underlying: string;
}

export interface Pair {
  measure: string;
  goal?: number;
  /** Names of the two sides, for the last column. */
  names: readonly [subject: string, base: string];
  subject: readonly number[];
  base: readonly number[];
}

/** Two sides, each measured in milliseconds, as one row. */
export function pairRow({ measure, goal, names, subject, base }: Pair): Row {
  return {
    measure,
    summary: summarize(ratios(subject, base)),
    unit: "ratio",
    ...(goal === undefined ? {} : { goal }),
    underlying: `${names[0]} ${milliseconds(subject)}, ${names[1]} ${milliseconds(base)}`,
  };
}

export function milliseconds(values: readonly number[]): string {
  return `${Math.round(summarize(values).median)} ms`;
}
