import { InvalidArgumentError } from "commander";

/** Parses a time limit of at most a week. */
export function minutes(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 7 * 24 * 60) return Number(text);
  throw new InvalidArgumentError("Use a whole number of minutes from 1 to 10080.");
}
