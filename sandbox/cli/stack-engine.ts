import type { PreparedStack } from "./prepare.ts";

export interface RunOptions {
  signal: AbortSignal;
  /** Show every changed property. */
  diff: boolean;
  /** Write one JSON object a line, in the shape of Pulumi's engine events, to this file. */
  eventsFile: string | undefined;
  /** Write an HTML page about the run to this file. */
  reportFile?: string | undefined;
  /** URNs of resources that are replaced although nothing about them changed, as by `pulumi up --replace`. */
  replace?: readonly string[];
}

export interface RunSummary {
  ok: boolean;
  /** As `pulumi`'s. */
  exitCode: number;
}

/** What runs the program: the embedded engine, or the real Pulumi. Each shows what it does while it works. */
export interface StackEngine {
  readonly name: string;
  preview(stack: PreparedStack, options: RunOptions): Promise<RunSummary>;
  up(stack: PreparedStack, options: RunOptions): Promise<RunSummary>;
  destroy(stack: PreparedStack, options: RunOptions): Promise<RunSummary>;
  /** Takes the protection off every resource, the documented step before `destroy`. */
  unprotect(stack: PreparedStack): Promise<void>;
  /** Secrets are `[secret]` unless they are asked for. */
  outputs(stack: PreparedStack, showSecrets: boolean): Promise<Record<string, unknown>>;
}
