/** One step of the driver. Both can be run again after any failure. */
export interface Step {
  /** Brings the thing to what the inputs say, and answers with what the program wants to know. */
  converge(): Promise<Record<string, unknown>>;
  /** Removes the thing; one that is gone already is fine. */
  remove?(): Promise<void>;
}
