import type { Deployment } from "./deployment.ts";
import { applyReplaceOnChanges, forcesReplacement, inputDiff } from "./diffs.ts";
import type { ResourceState } from "./resource-state.ts";
import { referencedUrn } from "./urn.ts";
import { plain, unknownMarker, type Props } from "./values.ts";

/**
 * The transitive dependents that must be replaced, and so deleted first, when `root` is deleted before its
 * replacement: dependents first. A dependent counts if a change of its inputs from `root` would replace it.
 */
export async function dependentsToReplace(deployment: Deployment, root: ResourceState): Promise<ResourceState[]> {
  const replaced = new Set([root.urn]);
  const found: ResourceState[] = [];
  // The state is in topological order, so one pass finds the transitive ones.
  for (const resource of deployment.remaining()) {
    // A resource that was registered before `root` in this run cannot depend on it.
    if (!resource.custom || resource.external === true || resource.delete === true) continue;
    if (deployment.seen.has(resource.urn) || replaced.has(resource.urn)) continue;
    if (!(await mustBeReplaced(deployment, resource, replaced))) continue;
    replaced.add(resource.urn);
    found.push(resource);
  }
  return found.reverse();
}

async function mustBeReplaced(
  deployment: Deployment,
  resource: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<boolean> {
  if (resource.provider !== undefined && replaced.has(referencedUrn(resource.provider))) return true;
  if (resource.deletedWith !== undefined && replaced.has(resource.deletedWith)) return true;
  if ((resource.replaceWith ?? []).some((urn) => replaced.has(urn))) return true;
  const dependencies = Object.entries(resource.propertyDependencies ?? {});
  const affected = dependencies.filter(([, urns]) => urns.some((urn) => replaced.has(urn))).map(([key]) => key);
  if (affected.length === 0 || resource.provider === undefined) return false;
  const before = plain(resource.inputs ?? {}) as Props;
  const after = { ...before, ...Object.fromEntries(affected.map((key) => [key, unknownMarker])) };
  const provider = deployment.registry.get(resource.provider);
  const context = { ...deployment.context(resource.urn, resource.type), preview: true };
  const diff =
    (await provider.diff?.(before, plain(resource.outputs ?? {}), after, context)) ?? inputDiff(before, after);
  return forcesReplacement(applyReplaceOnChanges(diff, resource.replaceOnChanges ?? [], false));
}
