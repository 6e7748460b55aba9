/*
 * The program behind the commands of the support pipeline: `node components/support/driver/main.ts STEP [--delete]`. It
 * reads `STEP_*` from its environment and secrets from its standard input, and prints one line of JSON. Progress and
 * errors go to stderr. It can be run again after any failure.
 */
import { parseArgs } from "node:util";
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
  if (values.delete) await step.remove?.();
  else console.log(JSON.stringify(await step.converge()));
}

await main().catch((error: unknown) => {
  console.error(error instanceof StepProblem ? error.message : error);
  process.exitCode = 1;
});
