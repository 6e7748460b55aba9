import type { RecordedStep } from "../lib/stack/steps.ts";

/**
 * The command that runs steps again with unchanged inputs. `--replace` also runs the old resource's delete command, which
 * would undo the fix, so steps with one, and protected steps, are removed from the state instead: they adopt what exists.
 */
export function rerun(stack: string, recorded: readonly RecordedStep[], ...names: string[]): string {
  const steps = recorded.filter(({ step }) => names.includes(step));
  const forgotten = steps.filter(({ guarded }) => guarded);
  const replaced = steps.filter(({ guarded }) => !guarded);
  const up = [`pulumi up --stack ${stack}`, ...replaced.map(({ urn }) => `--replace '${urn}'`)].join(" ");
  return [
    ...forgotten.map(({ urn }) => `pulumi state delete '${urn}' --force --target-dependents --yes --stack ${stack}`),
    // An ordinary `up` recreates removed steps and their dependents.
    forgotten.length > 0 ? `pulumi up --stack ${stack}` : up,
  ].join(" && ");
}
