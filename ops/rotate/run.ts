import { StepProblem } from "../../lib/problem.ts";
import type { CheckResult } from "../health/check.ts";
import { checkHealth } from "../health/checks.ts";
import { stackTarget } from "../health/target.ts";
import { changeStack } from "../lib/pulumi/run-pulumi.ts";
import type { Plan } from "./plan.ts";

const questionSeconds = 15;

/** Runs the plan and checks health afterwards. Streams Pulumi's output to stderr. */
export async function carryOut(plan: Plan, stack: string, signal: AbortSignal): Promise<CheckResult[]> {
  for (const { pulumi } of plan.steps) {
    signal.throwIfAborted();
    if (pulumi !== undefined) await change(pulumi, plan, stack, signal);
  }
  // Read again, because the outputs have changed.
  return checkHealth(await stackTarget(stack), { timeoutSeconds: questionSeconds, signal });
}

async function change(words: readonly string[], { secret }: Plan, stack: string, signal: AbortSignal) {
  const flags = words[0] === "up" ? ["--yes", "--skip-preview"] : [];
  const failure = await changeStack([...words, ...flags, "--non-interactive"], signal);
  if (failure === undefined) return;
  if (failure.isMissing)
    throw new StepProblem("pulumi", failure.finding, "Install it from https://www.pulumi.com/docs/install/");
  throw new StepProblem(
    `rotate ${secret}`,
    `pulumi ${failure.finding}`,
    // Another rotation would generate a third value.
    `Do not rotate again, as the stack may have the new value. Fix the error, then run \`pulumi up --stack ${stack}\` and \`npm run ops -- health --stack ${stack}\``,
  );
}
