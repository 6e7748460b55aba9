import { CancelledError, exitCodeOf, FlyError, PanicError, UnknownCommandError, UsageError } from "./errors.ts";
import type { CommandSpec } from "./spec.ts";
import { usage } from "./usage.ts";

const hint = "This is the sandbox's stand-in for flyctl: packages/flyctl-stand-in/README.md lists what it knows.\n";

/** Prints an error the way flyctl does, and returns the exit status. */
export function reportError(error: unknown, command: CommandSpec | undefined): number {
  if (error instanceof CancelledError) return exitCodeOf(error);
  if (error instanceof PanicError) {
    process.stderr.write(`panic: ${error.message}\n\ngoroutine 1 [running]:\n`);
    return exitCodeOf(error);
  }
  if (!(error instanceof FlyError)) throw error;
  if (error instanceof UsageError && command !== undefined) process.stdout.write(`${usage(command)}\n`);
  process.stderr.write(`Error: ${error.message}\n`);
  for (const text of [error.description, error.suggestion]) {
    if (text !== "") process.stderr.write(`${text}\n\n`);
  }
  if (error instanceof UnknownCommandError) {
    process.stdout.write(`Run '${error.commandPath} --help' for usage.\n\n`);
  }
  if (error instanceof UnknownCommandError || error instanceof UsageError) process.stderr.write(hint);
  return exitCodeOf(error);
}
