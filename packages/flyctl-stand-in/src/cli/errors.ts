import { randomUUID } from "node:crypto";

/** An error that flyctl prints as `Error: <message>` and that ends it with exit status 1. */
export class FlyError extends Error {
  readonly description: string;
  readonly suggestion: string;
  constructor(message: string, extra: { description?: string; suggestion?: string } = {}) {
    super(message);
    this.name = "FlyError";
    this.description = extra.description ?? "";
    this.suggestion = extra.suggestion ?? "";
  }
}

/** A refusal of the Machines API: flyctl prints the request's id. */
export const machinesApiError = (message: string, extra?: { description?: string; suggestion?: string }): FlyError =>
  new FlyError(`${message} (Request ID: sandbox-${randomUUID()})`, extra);

/** A mistake in the command line: the usage text goes to standard output before the error. */
export class UsageError extends FlyError {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** A command that the stand-in does not support. */
export class UnknownCommandError extends FlyError {
  readonly commandPath: string;
  constructor(name: string, commandPath: string) {
    super(`unknown command "${name}" for "${commandPath}"`);
    this.name = "UnknownCommandError";
    this.commandPath = commandPath;
  }
}

/** An error chain with a cancelled context: flyctl prints nothing and exits with 127. */
export class CancelledError extends Error {
  constructor(message = "context canceled") {
    super(message);
    this.name = "CancelledError";
  }
}

/** A crash of flyctl: a Go panic exits with 2. */
export class PanicError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PanicError";
  }
}

/** flyctl's error for a prompt without a terminal. */
export const nonInteractive = (message = "prompt: non interactive"): FlyError => new FlyError(message);

export const yesRequired = (): FlyError => nonInteractive("yes flag must be specified when not running interactively");

/** The exit status for a command's error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CancelledError) return 127;
  if (error instanceof PanicError) return 2;
  return 1;
}
