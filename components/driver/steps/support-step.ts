/** One step of the support driver. Both can be run again after any failure. */
export interface SupportStep {
  /** Brings the thing to what the inputs say, and answers with what the program wants to know. */
  converge(): Promise<Record<string, unknown>>;
  /** Takes away what the step has set; what is gone already is fine. */
  remove?(): Promise<void>;
}
