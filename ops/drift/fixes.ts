import type { RecordedStep } from "../lib/stack/steps.ts";

/**
 * How to make steps run again although nothing of their inputs changed. `--replace` runs a step anew, and then the
 * delete command of the old resource, if it has one; that would remove what was just mended. A step that deletes, or is
 * protected, is therefore forgotten instead, with what was made after it: every step takes over what exists.
 */
export function rerun(stack: string, recorded: readonly RecordedStep[], ...names: string[]): string {
  const steps = recorded.filter(({ step }) => names.includes(step));
  const forgotten = steps.filter(({ guarded }) => guarded);
  const replaced = steps.filter(({ guarded }) => !guarded);
  const up = [`pulumi up --stack ${stack}`, ...replaced.map(({ urn }) => `--replace '${urn}'`)].join(" ");
  return [
    ...forgotten.map(({ urn }) => `pulumi state delete '${urn}' --force --target-dependents --yes --stack ${stack}`),
    // What was forgotten is made again by an ordinary `up`, and so is all that came after it.
    forgotten.length > 0 ? `pulumi up --stack ${stack}` : up,
  ].join(" && ");
}
