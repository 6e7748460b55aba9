import type { Rule } from "../rule.ts";
import { numberOr } from "../scale.ts";

export const secretLength: Rule<{ least: number }> = {
  name: "secret-length",
  requirement: "Generated secrets are long enough to resist guessing.",
  reason: "They open databases and sign sessions; short ones can be brute-forced offline.",
  fix: "Set `length` to 24 or more. On a deployed stack this generates a new secret: read docs/ops/rotate.md first.",
  level: "mandatory",
  settings: {
    least: { type: "integer", default: 24, description: "Minimum number of characters" },
  },
  ofResource({ type, props }, { settings }) {
    if (!/^random:.*:Random(Password|String)$/.test(type)) return [];
    const length = numberOr(props["length"], settings.least);
    return length < settings.least
      ? [`has ${length} characters, below the minimum of ${settings.least}. Set length: ${settings.least}.`]
      : [];
  },
};
