/** Exit codes of every command. */
export const exitCodes = {
  /** Nothing to do. */
  ok: 0,
  /** The check could not run, or the change failed. */
  failed: 1,
  /** The check ran and found a problem. */
  attention: 2,
} as const;
