/*
 * The program behind every Fly command: `node components/fly/driver/main.ts STEP [--delete]`. It reads `STEP_*` from its
 * environment and secrets from its standard input, drives flyctl, and prints one line of JSON. Progress and errors go to
 * stderr. It can be run again after any failure.
 */
import { parseArgs } from "node:util";
import { openEvidence } from "./evidence/current.ts";
import { StepProblem } from "./problem.ts";
import { steps } from "./steps/all.ts";
import type { Step } from "./steps/step.ts";
import { heedSignals } from "./stop-request.ts";

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { delete: { type: "boolean", default: false } },
  });
  const [name = ""] = positionals;
  const step = (steps as Record<string, Step>)[name];
  if (step === undefined)
    throw new StepProblem("driver", "knows no such step", `Use one of ${Object.keys(steps).join(", ")}`);
  heedSignals();
  const scope = process.env["STEP_APP"] ?? process.env["STEP_REDIS"] ?? "fly";
  const label = [name, ...(values.delete ? ["delete"] : []), scope].join("-");
  const evidence = await openEvidence(process.env["STEP_STACK"] ?? "none", label);
  try {
    if (values.delete) await step.remove?.();
    else console.log(JSON.stringify(await step.converge()));
    evidence?.close();
  } catch (error) {
    evidence?.close(describe(error));
    // What a person has to do comes last.
    if (evidence !== undefined) console.error(`What was run is in ${evidence.place}`);
    console.error(describe(error));
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  if (error instanceof StepProblem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = 1;
});
