/** The exit codes of a run, the same as those of Pulumi's CLI. */
export const exitCodes = {
  success: 0,
  /** A wrong project, stack file, passphrase or lock. */
  configuration: 2,
  /** Stopped by a signal. */
  cancelled: 8,
  /** A failed preview, update or destroy. */
  failure: 1,
} as const;

/** The program's own exit code for "failed, and the reason was reported already". */
export const programReportedFailure = 32;
