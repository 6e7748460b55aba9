/** The commands and flags, and the parser of command lines. */

export { parseArguments } from "./cli/argv.ts";
export { findCommand } from "./cli/find-command.ts";
export { globals } from "./cli/flags.ts";
export type { FlagSpec, FlagType } from "./cli/flag-spec.ts";
export { commands, groups } from "./commands/all.ts";
