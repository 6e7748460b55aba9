/** What every command ends with. */
export const exitCodes = {
  /** Nothing to do. */
  fine: 0,
  /** It could not be found out, or not be done. */
  failed: 1,
  /** Found out, and something is to be done. */
  attention: 2,
} as const;
