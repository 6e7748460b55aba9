import { checkPolicies, type Checked } from "../../policy/check.ts";
import { secretValues } from "../../policy/secrets.ts";
import type { RunResult, StackConfig } from "pulumi-embedded-engine";
import { resourcesOf } from "./resources.ts";

/**
 * The policy pack's rules over what a run planned or made. Undefined of a run that failed: of half a stack nobody knows
 * what would be missing.
 */
export function checkRun({ ok, steps }: RunResult, { values, secretKeys }: StackConfig): Checked | undefined {
  if (!ok) return undefined;
  const secrets = new Set(secretKeys.flatMap((key) => secretValues(values[key] ?? "")));
  return checkPolicies(resourcesOf(steps), { secrets });
}

/** Whether a rule is broken that nothing may break. */
export function isRefused(checked: Checked | undefined): boolean {
  return checked?.findings.some(({ level }) => level === "mandatory") ?? false;
}
