import { StepProblem } from "../../lib/problem.ts";
import { sayFailure } from "../lib/chatwoot/client.ts";
import { failed, type Outcome } from "../health/check.ts";

/** What a person can mend is a finding, not an end. */
export function outcomeOf(error: unknown, repeat: string): Outcome {
  if (error instanceof StepProblem) return failed(error.finding, error.fix);
  return failed(sayFailure(error), `Try it alone: \`${repeat}\``);
}
