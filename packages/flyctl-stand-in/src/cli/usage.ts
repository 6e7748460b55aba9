import * as shared from "./flags.ts";
import type { FlagSpec } from "./flag-spec.ts";
import type { CommandSpec } from "./spec.ts";

/** The usage text that goes to standard output before a usage error. */
export function usage(command: CommandSpec): string {
  const last = command.path.split(" ").at(-1) ?? "";
  const aliases = command.aliases ?? [];
  const operands = command.operands === undefined ? "" : ` ${command.operands}`;
  return [
    `Usage:\n  flyctl ${command.path}${operands} [flags]\n`,
    aliases.length > 0 ? `Aliases:\n  ${[last, ...aliases].join(", ")}\n` : "",
    `Flags:\n${flagLines(command.flags)}\n`,
    `Global Flags:\n${flagLines(shared.globals)}\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function flagLines(flags: readonly FlagSpec[]): string {
  return [...flags]
    .filter((flag) => flag.hidden !== true)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => {
      const short = flag.short === undefined ? "    " : `-${flag.short}, `;
      const value = flag.type === "bool" ? "" : ` ${flag.type === "stringArray" ? "stringArray" : flag.type}`;
      return `  ${short}--${(flag.name + value).padEnd(32)} ${flag.usage}`;
    })
    .join("\n");
}
