import { StepProblem } from "../../lib/problem.ts";
import { failureMessage } from "../lib/chatwoot/client.ts";
import { failed, type Outcome } from "../health/check.ts";

/** An error with a fix is a failed check, not the end of the run. */
export function outcomeOf(error: unknown, repeat: string): Outcome {
  if (error instanceof StepProblem) return failed(error.finding, error.fix);
  return failed(failureMessage(error), `Run it on its own: \`${repeat}\``);
}
