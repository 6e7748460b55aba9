import type { PreparedStack } from "./prepare.ts";

export interface RunOptions {
  signal: AbortSignal;
  /** Shows every changed property. */
  diff: boolean;
  /** File for Pulumi's engine events, one JSON object per line. */
  eventsFile: string | undefined;
  /** File for the HTML report of the run. */
  reportFile?: string | undefined;
  /** URNs of resources to replace even without changes, as `pulumi up --replace` does. */
  replace?: readonly string[];
  /** Reads every resource first, as `pulumi up --refresh` does. */
  refresh?: boolean;
  /** Of `refresh`: drops the creations of interrupted runs from the state. */
  clearPendingCreates?: boolean;
}

export interface RunSummary {
  ok: boolean;
  /** The same codes as `pulumi`. */
  exitCode: number;
}

/** Runs the program and shows its progress: the embedded engine or the real Pulumi. */
export interface StackEngine {
  readonly name: string;
  preview(stack: PreparedStack, options: RunOptions): Promise<RunSummary>;
  up(stack: PreparedStack, options: RunOptions): Promise<RunSummary>;
  destroy(stack: PreparedStack, options: RunOptions): Promise<RunSummary>;
  refresh(stack: PreparedStack, options: RunOptions): Promise<RunSummary>;
  /** Removes the protection of every resource, the documented step before `destroy`. */
  unprotect(stack: PreparedStack): Promise<void>;
  /** Shows secrets as `[secret]` unless `showSecrets` is set. */
  outputs(stack: PreparedStack, showSecrets: boolean): Promise<Record<string, unknown>>;
}
