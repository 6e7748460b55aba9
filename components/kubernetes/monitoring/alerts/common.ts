import { levels, type Alert } from "../alert.ts";

export type { Watched } from "../watched.ts";

/** A string literal in PromQL. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A PromQL regular expression that matches exactly these names. */
export function oneOf(names: readonly string[]): string {
  return quoted(names.join("|"));
}

/** Three levels for everything that can fill up: plan, act soon, act now. */
export function filling(what: { name: string; what: string; consequence: string; share: string }): Alert {
  return {
    name: what.name,
    summary: `The ${what.what} is {{ $value | humanizePercentage }} full`.replace(/,\s+is/, ", is"),
    description: `The ${what.what} is {{ $value | humanizePercentage }} full. ${what.consequence}`,
    levels: levels(what.share, ">", ["info", 0.6, "30m"], ["warning", 0.75, "15m"], ["critical", 0.9, "5m"]),
  };
}
