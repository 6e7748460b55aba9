import type { Deployment } from "./deployment.ts";
import { forcedReplacement, forcesReplacement, inputDiff } from "./diffs.ts";
import type { Goal } from "./goals.ts";
import type { DiffResult, Provider } from "./provider.ts";
import type { ResourceState } from "./resource-state.ts";
import { isProviderType, referencedUrn } from "./urn.ts";
import { equal, hasUnknown, plain, type Props, type Value } from "./values.ts";

/** The differences between the state and the goal, and whether they force a replacement. */
export async function diffResource(
  deployment: Deployment,
  goal: Goal,
  old: ResourceState,
  next: ResourceState,
  provider: { reference: string; instance: Provider } | undefined,
): Promise<DiffResult> {
  if (triggers(deployment, goal, old)) return forcedReplacement("replacementTrigger");
  if (goal.replaceWith.some((urn) => deployment.replaced.has(urn))) return forcedReplacement("replaceWith");
  if (goal.deletedWith !== "" && deployment.replaced.has(goal.deletedWith)) return forcedReplacement("deletedWith");
  if (await providerChanged(deployment, old.provider ?? "", provider?.reference ?? "", provider?.instance)) {
    return forcedReplacement("provider");
  }
  const before = plain(old.inputs ?? {}) as Props;
  const after = plain(next.inputs ?? {}) as Props;
  if (provider?.instance.diff !== undefined) {
    const context = deployment.context(next.urn, next.type);
    return provider.instance.diff(before, plain(old.outputs ?? {}), after, context);
  }
  if (isProviderType(next.type)) return providerDiff(before, after);
  return inputDiff(before, after);
}

/** Removes the engine's internal keys of provider resources. */
function providerDiff(before: Props, after: Props): DiffResult {
  const { changes } = inputDiff(before, after);
  return { changes: changes.filter(({ path }) => !String(path[0]).startsWith("__")) };
}

function triggers(deployment: Deployment, goal: Goal, old: ResourceState): boolean {
  const [before, after] = [old["replacementTrigger"], goal.replacementTrigger];
  if (after === undefined || after === null || before === undefined || before === null) return false;
  if (hasUnknown(after) && !deployment.preview) {
    throw new Error(
      `resource '${goal.name}' (${goal.type}): its replacement trigger is unknown. Trigger on known values.`,
    );
  }
  return !equal(plain(before), plain(after));
}

/** Whether the resource has a new provider that cannot manage the existing resource. */
async function providerChanged(
  deployment: Deployment,
  before: string,
  after: string,
  instance: Provider | undefined,
): Promise<boolean> {
  if (before === after) return false;
  // A custom resource became a component, or vice versa.
  if (before === "" || after === "") return true;
  const [oldUrn, newUrn] = [referencedUrn(before), referencedUrn(after)];
  if (deployment.replaced.has(newUrn)) return true;
  if (deployment.renames.get(oldUrn) === newUrn || instance?.diffConfig === undefined) return false;
  const config = (urn: string, states: ResourceState[]): Props =>
    plain(states.find((resource) => resource.urn === urn)?.inputs ?? {}) as Props;
  const diff = await instance.diffConfig(config(oldUrn, deployment.olds), config(newUrn, deployment.news));
  return forcesReplacement(diff);
}

export function sameValue(a: Value, b: Value): boolean {
  return equal(a, b);
}
