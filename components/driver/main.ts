/*
 * The program behind every Fly command: `node components/driver/main.ts STEP [--delete]`. It reads `STEP_*` from its
 * environment and secrets from its standard input, drives flyctl, and prints one line of JSON. Progress and errors go to
 * stderr. It can be run again after any failure.
 */
import { openEvidence } from "./evidence/current.ts";
import { askedStep, describe, runProgram } from "./step-program.ts";
import { steps } from "./steps/all.ts";
import type { Step } from "./steps/step.ts";
import { heedSignals } from "./stop-request.ts";

await runProgram(async () => {
  const { name, step, isRemoval } = askedStep<Step>(steps);
  heedSignals();
  const scope = process.env["STEP_APP"] ?? process.env["STEP_REDIS"] ?? "fly";
  const label = [name, ...(isRemoval ? ["delete"] : []), scope].join("-");
  const evidence = await openEvidence(process.env["STEP_STACK"] ?? "none", label);
  try {
    if (isRemoval) await step.remove?.();
    else console.log(JSON.stringify(await step.converge()));
    evidence?.close();
  } catch (error) {
    evidence?.close(describe(error));
    // What a person has to do comes last.
    if (evidence !== undefined) console.error(`What was run is in ${evidence.place}`);
    throw error;
  }
});
