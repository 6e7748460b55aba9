import { StepProblem } from "../../lib/problem.ts";
import type { CheckResult } from "../health/check.ts";
import { checkHealth } from "../health/checks.ts";
import { stackTarget } from "../health/target.ts";
import { changeStack } from "../lib/pulumi/run-pulumi.ts";
import type { Plan } from "./plan.ts";

const questionSeconds = 15;

/** Does what the plan says and asks afterwards whether all is well. What Pulumi says goes to stderr as it comes. */
export async function carryOut(plan: Plan, stack: string, signal: AbortSignal): Promise<CheckResult[]> {
  for (const { pulumi } of plan.steps) {
    signal.throwIfAborted();
    if (pulumi !== undefined) await change(pulumi, plan, stack, signal);
  }
  // The outputs are read again: they hold the new value.
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
    // Another replacement would generate a third one.
    `The new value may be in the stack already: do not rotate again, but mend what failed, \`pulumi up --stack ${stack}\`, \`npm run ops -- health --stack ${stack}\``,
  );
}
