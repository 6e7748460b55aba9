import { InvalidArgumentError } from "commander";

/** A limit of time as a person gives it; a week is the most. */
export function minutes(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 7 * 24 * 60) return Number(text);
  throw new InvalidArgumentError("Give a whole number of minutes, 10080 at the most.");
}
