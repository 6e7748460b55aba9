import type { Run } from "../run.ts";

/** A step of the driver. Both methods are idempotent. */
export interface Step {
  /** Creates or updates the object, and returns its outputs. */
  converge(run: Run): Promise<Record<string, unknown>>;
  /** Deletes what the step has created, if it still exists. */
  remove?(run: Run): Promise<void>;
}
