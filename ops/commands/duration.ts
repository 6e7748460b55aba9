import { InvalidArgumentError } from "commander";
import { milliseconds } from "../drift/units.ts";

/** Parses the duration of an option. */
export function durationMs(text: string): number {
  const ms = milliseconds(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Use a duration such as 90s, 15m or 2h.");
  return ms;
}
