import { CancelledError, exitCodeOf, FlyError, PanicError, UnknownCommandError, UsageError } from "./errors.ts";
import type { Output } from "./output.ts";
import type { CommandSpec } from "./spec.ts";
import { usage } from "./usage.ts";

const hint = "This is the sandbox's stand-in for flyctl: packages/flyctl-stand-in/README.md lists its commands.\n";

/** Prints an error the way flyctl does, and returns the exit status. */
export function reportError(error: unknown, command: CommandSpec | undefined, output: Output): number {
  if (error instanceof CancelledError) return exitCodeOf(error);
  if (error instanceof PanicError) {
    output.err(`panic: ${error.message}\n\ngoroutine 1 [running]:\n`);
    return exitCodeOf(error);
  }
  if (!(error instanceof FlyError)) throw error;
  if (error instanceof UsageError && command !== undefined) output.out(`${usage(command)}\n`);
  output.err(`Error: ${error.message}\n`);
  for (const text of [error.description, error.suggestion]) {
    if (text !== "") output.err(`${text}\n\n`);
  }
  if (error instanceof UnknownCommandError) {
    output.out(`Run '${error.commandPath} --help' for usage.\n\n`);
  }
  if (error instanceof UnknownCommandError || error instanceof UsageError) output.err(hint);
  return exitCodeOf(error);
}
