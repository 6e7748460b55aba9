/*
 * The program behind every Fly command: `node components/fly/driver/main.ts STEP [--delete]`. It reads `STEP_*` from its
 * environment and secrets from its standard input, drives flyctl, and prints one line of JSON. Progress and errors go to
 * stderr. It can be run again after any failure.
 */
import { parseArgs } from "node:util";
import { StepProblem } from "./problem.ts";
import { app } from "./steps/app.ts";
import { deployment } from "./steps/deployment.ts";
import { redis } from "./steps/redis.ts";
import { scale } from "./steps/scale.ts";
import { secrets } from "./steps/secrets.ts";
import type { Step } from "./steps/step.ts";
import type { StepName } from "../step.ts";

const steps: Record<StepName, Step> = { app, redis, secrets, deployment, scale };

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { delete: { type: "boolean", default: false } },
  });
  const step = (steps as Record<string, Step>)[positionals[0] ?? ""];
  if (step === undefined)
    throw new StepProblem("driver", "knows no such step", `Use one of ${Object.keys(steps).join(", ")}`);
  if (values.delete) await step.remove?.();
  else console.log(JSON.stringify(await step.converge()));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof StepProblem ? error.message : error);
  process.exitCode = 1;
}
