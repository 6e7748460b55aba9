/*
 * The program behind the commands of the support pipeline: `node components/driver/support-main.ts STEP [--delete]`. It
 * reads `STEP_*` from its environment and secrets from its standard input, and prints one line of JSON. Progress and
 * errors go to stderr, what came of it into the evidence of the run. It can be run again after any failure.
 */
import { Evidence } from "./evidence/evidence.ts";
import { askedStep, describe, runProgram } from "./step-program.ts";
import { steps } from "./steps/support-all.ts";
import type { SupportStep } from "./steps/support-step.ts";

await runProgram(async () => {
  const { name, step, isRemoval } = askedStep<SupportStep>(steps);
  const label = ["support", name, ...(isRemoval ? ["delete"] : []), ...placeOf(process.env)].join("-");
  const evidence = await Evidence.open(process.env["STEP_STACK"] ?? "none", label, "support");
  try {
    if (isRemoval) await step.remove?.();
    else {
      const result = await step.converge();
      evidence?.fact("result", result);
      console.log(JSON.stringify(result));
    }
    evidence?.close();
  } catch (error) {
    evidence?.close(describe(error));
    if (evidence !== undefined) console.error(`What came of it is in ${evidence.place}`);
    throw error;
  }
});

/** Where a step sets something, so that two of a kind have an account each. */
function placeOf({ STEP_REPOSITORY: repository, STEP_ENVIRONMENT: environment }: NodeJS.ProcessEnv): string[] {
  return repository === undefined ? [] : [`${repository}-${environment}`.replaceAll(/[^A-Za-z0-9-]+/g, "-")];
}
