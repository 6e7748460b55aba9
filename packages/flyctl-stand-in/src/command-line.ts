/** Which commands and flags there are, and how a command line is read. */

export { parseArguments } from "./cli/argv.ts";
export { findCommand } from "./cli/find-command.ts";
export { globals } from "./cli/flags.ts";
export type { FlagSpec, FlagType } from "./cli/flag-spec.ts";
export { commands, groups } from "./commands/all.ts";
