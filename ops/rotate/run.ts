import { execa } from "execa";
import { StepProblem } from "../../components/fly/driver/problem.ts";
import type { CheckResult } from "../health/check.ts";
import { checkHealth } from "../health/checks.ts";
import { stackTarget } from "../health/target.ts";
import type { Plan } from "./plan.ts";

/** Longer than any deployment. */
const upSeconds = 3600;
const questionSeconds = 15;

/** Does what the plan says and asks afterwards whether all is well. What Pulumi says goes to stderr as it comes. */
export async function carryOut(plan: Plan, stack: string, signal: AbortSignal): Promise<CheckResult[]> {
  for (const { pulumi } of plan.steps) {
    signal.throwIfAborted();
    if (pulumi !== undefined) await runPulumi(pulumi, plan, stack, signal);
  }
  // The outputs are read again: they hold the new value.
  return checkHealth(await stackTarget(stack), { timeoutSeconds: questionSeconds, signal });
}

async function runPulumi(words: readonly string[], { secret }: Plan, stack: string, signal: AbortSignal) {
  const running = execa("pulumi", [...words, "--yes", "--skip-preview", "--non-interactive"], {
    reject: false,
    stdin: "ignore",
    stdout: process.stderr,
    stderr: process.stderr,
    timeout: upSeconds * 1000,
    // Pulumi brings what has begun to its end.
    killSignal: "SIGINT",
    forceKillAfterDelay: 120_000,
  });
  // Ctrl-C at a terminal reaches it without us; an end by the system does not.
  signal.addEventListener("abort", () => running.kill("SIGINT"), { once: true });
  const { failed, exitCode, timedOut, code } = await running;
  if (!failed) return;
  if (code === "ENOENT")
    throw new StepProblem("pulumi", "is not installed", "Install it from https://www.pulumi.com/docs/install/");
  throw new StepProblem(
    `rotate ${secret}`,
    timedOut ? `pulumi took longer than ${upSeconds / 60} minutes` : `pulumi failed with exit code ${exitCode ?? 1}`,
    // Another replacement would generate a third one.
    `The new value may be in the stack already: do not rotate again, but mend what failed, \`pulumi up --stack ${stack}\`, \`npm run ops -- health --stack ${stack}\``,
  );
}
