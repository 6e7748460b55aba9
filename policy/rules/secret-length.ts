import type { Rule } from "../rule.ts";
import { numberOr } from "../scale.ts";

export const secretLength: Rule<{ least: number }> = {
  name: "secret-length",
  wants: "Generated secrets are long enough that nobody guesses them.",
  reason: "They open databases and sign sessions; a short one can be tried offline.",
  fix: "Give the resource a `length` of 24 or more. On a deployed stack that makes a new secret: see docs/ops/rotate.md first.",
  level: "mandatory",
  settings: {
    least: { type: "integer", default: 24, description: "Fewest characters" },
  },
  ofResource({ type, props }, { settings }) {
    if (!/^random:.*:Random(Password|String)$/.test(type)) return [];
    const length = numberOr(props["length"], settings.least);
    return length < settings.least ? [`has ${length} characters, fewer than ${settings.least}. Make it longer.`] : [];
  },
};
