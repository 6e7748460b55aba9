import type { Deployment } from "./deployment.ts";
import { applyReplaceOnChanges, forcesReplacement, inputDiff, stepDiff } from "./diffs.ts";
import type { ResourceState } from "./resource-state.ts";
import { referencedUrn } from "./urn.ts";
import { plain, unknownMarker, type Props } from "./values.ts";

/**
 * The transitive dependents that must be replaced, and so deleted first, when `root` is deleted before its
 * replacement: dependents first. A dependent counts if a change of its inputs from `root` would replace it.
 */
export async function dependentsToReplace(
  deployment: Deployment,
  root: ResourceState,
): Promise<{ dependent: ResourceState; keys: string[] }[]> {
  const replaced = new Set([root.urn]);
  const found: { dependent: ResourceState; keys: string[] }[] = [];
  // The state is in topological order, so one pass finds the transitive ones.
  for (const resource of deployment.remaining()) {
    // A resource that was registered before `root` in this run cannot depend on it.
    if (!resource.custom || resource.external === true || resource.delete === true) continue;
    if (deployment.seen.has(resource.urn) || replaced.has(resource.urn)) continue;
    const keys = await replacementKeys(deployment, resource, replaced);
    if (keys === undefined) continue;
    replaced.add(resource.urn);
    found.push({ dependent: resource, keys });
  }
  return found.reverse();
}

/** The properties that replace it, if it must be replaced. */
async function replacementKeys(
  deployment: Deployment,
  resource: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<string[] | undefined> {
  if (resource.provider !== undefined && replaced.has(referencedUrn(resource.provider))) return [];
  if (resource.deletedWith !== undefined && replaced.has(resource.deletedWith)) return [];
  if ((resource.replaceWith ?? []).some((urn) => replaced.has(urn))) return [];
  const dependencies = Object.entries(resource.propertyDependencies ?? {});
  const affected = dependencies.filter(([, urns]) => urns.some((urn) => replaced.has(urn))).map(([key]) => key);
  if (affected.length === 0 || resource.provider === undefined) return undefined;
  const before = plain(resource.inputs ?? {}) as Props;
  const after = { ...before, ...Object.fromEntries(affected.map((key) => [key, unknownMarker])) };
  const provider = deployment.registry.get(resource.provider);
  const context = { ...deployment.context(resource.urn, resource.type), preview: true };
  const diff =
    (await provider.diff?.(before, plain(resource.outputs ?? {}), after, context)) ?? inputDiff(before, after);
  const replacing = applyReplaceOnChanges(diff, resource.replaceOnChanges ?? [], false);
  return forcesReplacement(replacing) ? stepDiff(replacing).replaceKeys : undefined;
}
