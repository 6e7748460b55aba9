import { textOf, type Props } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { numberOr } from "../scale.ts";

export const secretLength: Rule<{ least: number }> = {
  name: "secret-length",
  requirement: "Generated secrets have 24 characters or more, of enough different ones to resist guessing.",
  reason: "They open databases and sign sessions; short ones can be brute-forced offline.",
  fix: "Set `length` to 24 or more. On a deployed stack this generates a new secret: read docs/ops/rotate.md first.",
  level: "mandatory",
  settings: {
    least: { type: "integer", default: 24, description: "Minimum number of characters" },
  },
  ofResource({ type, props, name }, { settings }) {
    if (!type.startsWith("random:")) return [];
    // It guards deletions, and is no secret.
    if (/:RandomId$/.test(type) && name === "destroy-guard") return [];
    if (!/:Random(Password|String)$/.test(type))
      return [`is a ${type.split(":").at(-1)}, too short for a secret. Use RandomPassword.`];
    const length = numberOr(props["length"], settings.least);
    const letters = alphabetOf(props);
    if (length < settings.least)
      return [`has ${length} characters, below the minimum of ${settings.least}. Set length: ${settings.least}.`];
    return length * Math.log2(letters) >= leastBits
      ? []
      : [`has ${length} of ${letters} different characters, which can be guessed. Allow letters and digits.`];
  },
};

const leastBits = 128;

function alphabetOf({ lower, upper, numeric, number, special, overrideSpecial }: Props): number {
  const marks = textOf(overrideSpecial)?.length ?? 21;
  const has = (flag: unknown): boolean => flag !== false;
  return (
    26 * Number(has(lower)) +
    26 * Number(has(upper)) +
    10 * Number(has(numeric) && has(number)) +
    marks * Number(has(special))
  );
}
