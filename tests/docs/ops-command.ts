import { Command } from "commander";
import { commands } from "../../ops/commands/commands.ts";

/** The command line of `npm run ops`. */
export function opsProgram(): Command {
  const program = new Command("ops");
  for (const add of commands) add(program);
  return program;
}

/** The first unknown argument of a command; undefined if all are known. */
export function wrongArgument(program: Command, args: readonly string[]): string | undefined {
  let command = program;
  let skip = false;
  for (const arg of args) {
    // Words of another program follow.
    if (arg === "--") return undefined;
    if (skip) {
      skip = false;
    } else if (arg.startsWith("-")) {
      const [name = "", value] = arg.split("=");
      const option = chain(command)
        .flatMap(({ options }) => options)
        .find(({ long, short }) => long === name || short === name);
      if (option === undefined && name !== "--help") return `${nameOf(command)} has no ${name}`;
      skip = option !== undefined && option.required && value === undefined;
    } else {
      const next = command.commands.find((one) => one.name() === arg || one.aliases().includes(arg));
      if (next !== undefined) command = next;
      else if (command.registeredArguments.length === 0 && !isPlaceholder(arg))
        return `${nameOf(command)} has no command ${arg}`;
    }
  }
  return undefined;
}

const isPlaceholder = (arg: string): boolean => /^[A-Z]+$|^…$|^\.\.\.$|^<.*>$/.test(arg);

const chain = (command: Command): Command[] => [command, ...(command.parent ? chain(command.parent) : [])];
const nameOf = (command: Command): string =>
  chain(command)
    .map((one) => one.name())
    .reverse()
    .join(" ");
