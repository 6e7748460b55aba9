import { checkPolicies, type Checked } from "../../policy/check.ts";
import { longSecretValues } from "../../policy/secrets.ts";
import type { RunResult, StackConfig } from "pulumi-embedded-engine";
import { resourcesOf } from "./resources.ts";

/** Checks the policies of a run. Undefined for a failed run, whose resources are incomplete. */
export function checkRun({ ok, steps }: RunResult, { values, secretKeys }: StackConfig): Checked | undefined {
  if (!ok) return undefined;
  const secrets = new Set(secretKeys.flatMap((key) => longSecretValues(values[key] ?? "")));
  return checkPolicies(resourcesOf(steps), { secrets });
}

/** Whether a mandatory rule is violated. */
export function isRefused(checked: Checked | undefined): boolean {
  return checked?.findings.some(({ level }) => level === "mandatory") ?? false;
}
