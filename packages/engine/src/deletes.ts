import type { Deployment } from "./deployment.ts";
import type { Op } from "./events.ts";
import { remove } from "./operations.ts";
import { urnsUsedBy, type ResourceState } from "./resource-state.ts";

/**
 * Deletes unregistered and replaced resources in groups, those without dependents first. As in Pulumi, a protected resource
 * fails when its group is reached: what was deleted before it stays deleted, and what it depends on is kept. Everything else
 * is deleted, the children of remote components that it depends on too. After any other failure, no later group is started.
 */
export async function deleteRest(deployment: Deployment): Promise<void> {
  const todo = deployment.remaining().filter((old) => old.delete === true || !deployment.seen.has(old.urn));
  const deletable = todo.filter((old) => {
    // An earlier run already deleted it, without creating the replacement.
    if (old.pendingReplacement !== true || old.delete === true) return true;
    deployment.drop(old);
    deployment.journal.note("remove-pending-replace", { old });
    return false;
  });
  const kept = new Set<string>();
  for (const group of deletionGroups(deletable)) {
    const free = group.filter(({ urn }) => !kept.has(urn));
    const [refused, allowed] = [free.filter(isRefused), free.filter((old) => !isRefused(old))];
    for (const old of refused) {
      refuse(deployment, old);
      keepDependencies(old, todo, kept);
    }
    const removed = await Promise.all(allowed.map((old) => deployment.slots.run(() => isRemoved(deployment, old))));
    if (removed.includes(false)) return;
  }
}

/** Only a resource that leaves the stack: the old one of a replacement is deleted. */
const isRefused = (old: ResourceState): boolean => old.protect === true && old.delete !== true;

function refuse(deployment: Deployment, old: ResourceState): void {
  const error = new Error(
    `resource ${old.urn} cannot be deleted because it is protected. Remove the \`protect\` flag from the program and ` +
      `run \`pulumi up\`, or run \`pulumi state unprotect '${old.urn}'\`.`,
  );
  deployment.journal.begin(deleteOp(old), { old }).failed();
  deployment.fail(error, old.urn);
}

/** Adds what a resource depends on, also through others. */
function keepDependencies(failed: ResourceState, all: readonly ResourceState[], kept: Set<string>): void {
  for (const urn of urnsUsedBy(failed)) {
    if (kept.has(urn)) continue;
    kept.add(urn);
    for (const used of all) if (used.urn === urn) keepDependencies(used, all, kept);
  }
}

async function isRemoved(deployment: Deployment, old: ResourceState): Promise<boolean> {
  if (deployment.abort.signal.aborted) return false;
  try {
    await remove(deployment, deleteOp(old), old);
    return true;
  } catch (error) {
    deployment.fail(error, old.urn);
    return false;
  }
}

function deleteOp(old: ResourceState): Op {
  if (old.external === true) return old.delete === true ? "discard-replaced" : "discard";
  return old.delete === true ? "delete-replaced" : "delete";
}

/**
 * Groups in deletion order, as Pulumi forms them: a group's resources use only resources of later groups, so they are
 * deleted in parallel. What uses nothing is in the last group.
 */
function deletionGroups(resources: ResourceState[]): ResourceState[][] {
  const used = usedBy(resources);
  const levels = new Map<ResourceState, number>();
  // The state is in topological order, so the level of everything that a resource uses is known.
  for (const resource of resources) {
    levels.set(resource, Math.max(-1, ...(used.get(resource) ?? []).map((one) => levels.get(one) as number)) + 1);
  }
  const groups = Map.groupBy(resources, (resource) => levels.get(resource) as number);
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

/** Per resource, those that must be deleted after it. */
function usedBy(resources: ResourceState[]): Map<ResourceState, ResourceState[]> {
  const position = new Map(resources.map((resource, index) => [resource, index]));
  const byUrn = Map.groupBy(resources, (resource) => resource.urn);
  const children = Map.groupBy(resources, (resource) => resource.parent ?? "");
  const descendants = (urn: string): ResourceState[] =>
    (children.get(urn) ?? []).flatMap((child) => [child, ...descendants(child.urn)]);
  const used = new Map<ResourceState, ResourceState[]>();
  for (const [index, resource] of resources.entries()) {
    const direct = [...new Set(urnsUsedBy(resource))].flatMap((urn) => byUrn.get(urn) ?? []);
    // Dependents of a component depend on its children too; the children themselves do not.
    const inside = direct
      .filter(({ custom, urn }) => !custom && resource.parent !== urn)
      .flatMap(({ urn }) => descendants(urn));
    // An edge to a later resource could only form a cycle.
    used.set(
      resource,
      [...direct, ...inside].filter((one) => (position.get(one) as number) < index),
    );
  }
  return used;
}
