import { UsageError } from "./errors.ts";
import { FlagValues } from "./flag-values.ts";
import type { FlagSpec } from "./flag-spec.ts";
import type { ArgumentRule } from "./spec.ts";

export interface ParsedArguments {
  readonly operands: readonly string[];
  readonly flags: FlagValues;
}

/** Reads a command line by the rules of pflag: flags and operands mix freely, `--` ends the flags. */
export function parseArguments(words: readonly string[], specs: readonly FlagSpec[]): ParsedArguments {
  const flags = new FlagValues(specs);
  const operands: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") return { operands: [...operands, ...queue], flags };
    if (word.startsWith("--")) parseLong(word, queue, flags);
    else if (word.startsWith("-") && word !== "-") parseShort(word, queue, flags);
    else operands.push(word);
  }
  return { operands, flags };
}

function parseLong(word: string, queue: string[], flags: FlagValues): void {
  const body = word.slice(2);
  if (body.startsWith("-") || body.startsWith("=")) throw new UsageError(`bad flag syntax: ${word}`);
  const cut = body.indexOf("=");
  const name = cut < 0 ? body : body.slice(0, cut);
  const spec = flags.byName(name);
  if (spec === undefined) throw new UsageError(`unknown flag: --${name}`);
  if (cut >= 0) return flags.set(spec, body.slice(cut + 1));
  const bare = bareValue(spec);
  if (bare !== undefined) return flags.set(spec, bare);
  const value = queue.shift();
  if (value === undefined) throw new UsageError(`flag needs an argument: --${name}`);
  flags.set(spec, value);
}

function parseShort(word: string, queue: string[], flags: FlagValues): void {
  for (let rest = word.slice(1); rest !== "";) {
    const letter = rest.charAt(0);
    const spec = flags.byLetter(letter);
    if (spec === undefined) throw new UsageError(`unknown shorthand flag: '${letter}' in -${rest}`);
    if (rest.length > 2 && rest.charAt(1) === "=") return flags.set(spec, rest.slice(2));
    const bare = bareValue(spec);
    if (bare !== undefined) {
      flags.set(spec, bare);
      rest = rest.slice(1);
      continue;
    }
    const value = rest.length > 1 ? rest.slice(1) : queue.shift();
    if (value === undefined) throw new UsageError(`flag needs an argument: '${letter}' in -${rest}`);
    return flags.set(spec, value);
  }
}

/** The value of a flag that stands alone, or nothing when the flag needs one. */
const bareValue = (spec: FlagSpec): string | undefined => (spec.type === "bool" ? "true" : spec.bareValue);

/** Refuses a wrong number of operands, in cobra's words. */
export function checkOperands(rule: ArgumentRule, operands: readonly string[], commandPath: string): void {
  const count = operands.length;
  switch (rule.kind) {
    case "any":
      return;
    case "none":
      if (count > 0) throw new UsageError(`unknown command "${operands[0] ?? ""}" for "${commandPath}"`);
      return;
    case "exactly":
      if (count !== rule.count) throw new UsageError(`accepts ${rule.count} arg(s), received ${count}`);
      return;
    case "atLeast":
      if (count < rule.count) {
        throw new UsageError(`requires at least ${rule.count} arg(s), only received ${count}`);
      }
      return;
    case "atMost":
      if (count > rule.count) throw new UsageError(`accepts at most ${rule.count} arg(s), received ${count}`);
      return;
    case "between":
      if (count < rule.least || count > rule.most) {
        throw new UsageError(`accepts between ${rule.least} and ${rule.most} arg(s), received ${count}`);
      }
  }
}
