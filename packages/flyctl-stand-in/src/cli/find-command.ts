import { UnknownCommandError, UsageError } from "./errors.ts";
import * as shared from "./flags.ts";
import type { FlagSpec } from "./flag-spec.ts";
import type { CommandSpec, GroupSpec } from "./spec.ts";

export interface FoundCommand {
  readonly command: CommandSpec;
  /** All words except the command's name. */
  readonly words: readonly string[];
}

/**
 * Finds the command of a command line. Unlike the real flyctl, which prints its help and exits with 0
 * for an unknown word after a group (`fly apps nonsense`), the stand-in refuses every command that it lacks.
 */
export function findCommand(
  words: readonly string[],
  commands: readonly CommandSpec[],
  groups: readonly GroupSpec[],
): FoundCommand {
  const first = nextOperand(words);
  if (first === undefined) throw new UsageError("the sandbox's flyctl needs a command");
  const group = groups.find((each) => [each.name, ...each.aliases].includes(words[first] ?? ""));
  if (group === undefined) return findIn(words, first, commands, "");
  const rest = without(words, first);
  const second = nextOperand(rest);
  if (second === undefined) throw new UsageError(`the sandbox's flyctl needs a command after "${group.name}"`);
  return findIn(rest, second, commands, group.name);
}

function findIn(
  words: readonly string[],
  index: number,
  commands: readonly CommandSpec[],
  group: string,
): FoundCommand {
  const word = words[index] ?? "";
  const prefix = group === "" ? "" : `${group} `;
  const command = commands.find((each) => {
    if (!each.path.startsWith(prefix)) return false;
    const name = each.path.slice(prefix.length);
    return !name.includes(" ") && [name, ...(each.aliases ?? [])].includes(word);
  });
  if (command === undefined) throw new UnknownCommandError(word, `flyctl ${group}`.trim());
  return { command, words: without(words, index) };
}

/** Flags may precede the command's name; the value of a flag is not the name. */
function nextOperand(words: readonly string[]): number | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") return undefined;
    if (!word.startsWith("-")) return index;
    if (takesNextWord(word)) index += 1;
  }
  return undefined;
}

const takesNextWord = (word: string): boolean =>
  !word.includes("=") &&
  shared.globals.some(
    (flag: FlagSpec) => flag.type !== "bool" && [`--${flag.name}`, `-${flag.short ?? ""}`].includes(word),
  );

const without = (words: readonly string[], index: number): readonly string[] => words.filter((_, at) => at !== index);
