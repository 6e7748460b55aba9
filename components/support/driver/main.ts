/*
 * The program behind the commands of the support pipeline: `node components/support/driver/main.ts STEP [--delete]`. It
 * reads `STEP_*` from its environment and secrets from its standard input, and prints one line of JSON. Progress and
 * errors go to stderr, what came of it into the evidence of the run. It can be run again after any failure.
 */
import { parseArgs } from "node:util";
import { Evidence } from "../../fly/driver/evidence/evidence.ts";
import { StepProblem } from "../../fly/driver/problem.ts";
import { steps } from "./steps/all.ts";
import type { SupportStep } from "./steps/step.ts";

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { delete: { type: "boolean", default: false } },
  });
  const [name = ""] = positionals;
  const step = (steps as Record<string, SupportStep>)[name];
  if (step === undefined)
    throw new StepProblem("driver", "knows no such step", `Use one of ${Object.keys(steps).join(", ")}`);
  const label = ["support", name, ...(values.delete ? ["delete"] : []), ...placeOf(process.env)].join("-");
  const evidence = await Evidence.open(process.env["STEP_STACK"] ?? "none", label, "support");
  try {
    if (values.delete) await step.remove?.();
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
}

/** Where a step sets something, so that two of a kind have an account each. */
function placeOf({ STEP_REPOSITORY: repository, STEP_ENVIRONMENT: environment }: NodeJS.ProcessEnv): string[] {
  return repository === undefined ? [] : [`${repository}-${environment}`.replaceAll(/[^A-Za-z0-9-]+/g, "-")];
}

function describe(error: unknown): string {
  if (error instanceof StepProblem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = 1;
});
