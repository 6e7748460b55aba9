import { randomInt } from "node:crypto";
import type { Props } from "../../values.ts";

const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const specialCharacters = "!@#$%&*()-_=+[]{}<>:?";

function pick(characters: string[], count: number): string[] {
  return Array.from({ length: count }, () => characters[randomInt(characters.length)] as string);
}

function shuffle(items: string[]): string[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [result[i], result[j]] = [result[j] as string, result[i] as string];
  }
  return result;
}

/** A random text by the arguments of RandomPassword and RandomString, all defaults filled in. */
export function randomText(args: Props): string {
  // `overrideSpecial` counts in characters, not in UTF-16 units.
  const special = args["overrideSpecial"] ? args["overrideSpecial"] : specialCharacters;
  const sets: [string, boolean, number][] = [
    [digits, args["numeric"], args["minNumeric"]],
    [lower, args["lower"], args["minLower"]],
    [upper, args["upper"], args["minUpper"]],
    [special, args["special"], args["minSpecial"]],
  ];
  const allowed = sets.flatMap(([characters, enabled]) => (enabled ? [...characters] : []));
  if (allowed.length === 0) throw new Error("the character set specified is empty");
  const required = sets.flatMap(([characters, , minimum]) => pick([...characters], minimum));
  return shuffle([...required, ...pick(allowed, args["length"] - required.length)]).join("");
}
