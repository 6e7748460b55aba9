/*
 * The driver: `STEP [--delete]`. Reads `STEP_*` from the environment and secrets from standard input, and prints one line
 * of JSON. Writes progress and errors to stderr, and the evidence of the run to artifacts/. A step can run again after any
 * failure.
 */
import { parseArgs } from "node:util";
import { StepProblem } from "../../lib/problem.ts";
import { keepDriverEnvironment } from "./environment.ts";
import { accountName } from "./evidence/account-name.ts";
import { startRun } from "./run.ts";
import { kindOf, steps, toolOf, type StepName } from "./steps/all.ts";

try {
  await runStep(requestedStep());
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}

async function runStep({ name, isRemoval }: { name: StepName; isRemoval: boolean }): Promise<void> {
  const step = steps[name];
  const kind = kindOf(name);
  const { env } = process;
  keepDriverEnvironment(toolOf(name), env);
  const run = await startRun(env["STEP_STACK"] ?? "none", accountName(kind, name, isRemoval, env), kind);
  try {
    if (isRemoval) await step.remove?.(run);
    else {
      const result = await step.converge(run);
      // The output of Fly steps can contain a password, for instance that of Redis.
      if (kind === "support") run.evidence?.fact("result", result);
      console.log(JSON.stringify(result));
    }
    run.evidence?.close();
  } catch (error) {
    run.evidence?.close(describe(error));
    // The problem and its fix are printed last.
    if (run.evidence !== undefined) console.error(`The evidence of the run is in ${run.evidence.place}`);
    throw error;
  }
}

function requestedStep(): { name: StepName; isRemoval: boolean } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { delete: { type: "boolean", default: false } },
  });
  const [name = ""] = positionals;
  if (!isStep(name))
    throw new StepProblem(
      "driver",
      `unknown step ${JSON.stringify(name)}`,
      `Use one of ${Object.keys(steps).join(", ")}`,
    );
  return { name, isRemoval: values.delete };
}

function isStep(name: string): name is StepName {
  return Object.hasOwn(steps, name);
}

/** The message of a problem; the stack trace of a bug. */
function describe(error: unknown): string {
  if (error instanceof StepProblem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
