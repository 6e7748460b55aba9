import { ratios, summarize, type Summary } from "./statistics.ts";

/** One line of the table. */
export interface Row {
  measure: string;
  /** Of the ratios, or of the milliseconds if `unit` is "ms". */
  summary: Summary;
  unit: "ratio" | "ms";
  /** The upper limit of the median; undefined if the row is for information only. */
  goal?: number;
  /** The values behind the ratio, in milliseconds or mebibytes. */
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

/** One row that compares two sides, each measured in milliseconds. */
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
