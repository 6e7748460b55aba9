import type { Run } from "../run.ts";

/** One step of the driver. Both can be run again after any failure. */
export interface Step {
  /** Brings the thing to what the inputs say, and answers with what the program wants to know. */
  converge(run: Run): Promise<Record<string, unknown>>;
  /** Removes what the step has made or set; what is gone already is fine. */
  remove?(run: Run): Promise<void>;
}
