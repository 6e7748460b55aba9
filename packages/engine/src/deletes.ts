import type { Deployment } from "./deployment.ts";
import type { Op } from "./events.ts";
import { remove } from "./operations.ts";
import { urnsUsedBy, type ResourceState } from "./resource-state.ts";

/** Deletes unregistered and replaced resources. Deletes nothing if one of them is protected. */
export async function deleteRest(deployment: Deployment): Promise<void> {
  const todo = deployment.remaining().filter((old) => old.delete === true || !deployment.seen.has(old.urn));
  const deletable = todo.filter((old) => {
    // An earlier run already deleted it, without creating the replacement.
    if (old.pendingReplacement !== true || old.delete === true) return true;
    deployment.drop(old);
    deployment.journal.note("remove-pending-replace", { old });
    return false;
  });
  refuseProtected(deployment, deletable);
  await inDependencyOrder(deployment, deletable);
}

function refuseProtected(deployment: Deployment, resources: ResourceState[]): void {
  const guarded = resources.filter((old) => old.protect === true && old.delete !== true);
  if (guarded.length === 0) return;
  const [first] = guarded as [ResourceState];
  const list = guarded.map(({ urn }) => `  ${urn}`).join("\n");
  deployment.refuse(
    `${guarded.length === 1 ? "1 resource" : `${guarded.length} resources`} cannot be deleted: protected.\n${list}\n` +
      "Remove the `protect` flag from the program and run `up`, or take it off the state: " +
      `\`pulumi state unprotect '${first.urn}'\`. Nothing was deleted.`,
    first.urn,
  );
}

function deleteOp(old: ResourceState): Op {
  if (old.external === true) return old.delete === true ? "discard-replaced" : "discard";
  return old.delete === true ? "delete-replaced" : "delete";
}

/** Deletes each resource as soon as all its dependents are deleted; a failure stops deletions that have not started. */
async function inDependencyOrder(deployment: Deployment, resources: ResourceState[]): Promise<void> {
  const users = usersOf(resources);
  const done = new Map<ResourceState, Promise<void>>();
  const finish = (resource: ResourceState): Promise<void> => {
    const known = done.get(resource);
    if (known !== undefined) return known;
    const promise = (async () => {
      await Promise.all((users.get(resource) ?? []).map(finish));
      if (deployment.failure !== undefined) return;
      await deployment.slots.run(async () => {
        if (deployment.failure !== undefined) return;
        await remove(deployment, deleteOp(resource), resource).catch((error: unknown) => {
          deployment.fail(error, resource.urn);
        });
      });
    })();
    done.set(resource, promise);
    return promise;
  };
  await Promise.all(resources.map(finish));
}

/** Per resource, those that must be deleted before it. */
function usersOf(resources: ResourceState[]): Map<ResourceState, ResourceState[]> {
  const position = new Map(resources.map((resource, index) => [resource, index]));
  const byUrn = Map.groupBy(resources, (resource) => resource.urn);
  const children = Map.groupBy(resources, (resource) => resource.parent ?? "");
  const users = new Map<ResourceState, ResourceState[]>();
  const add = (used: ResourceState, user: ResourceState): void => {
    // The state is in topological order, so an edge in the other direction could only form a cycle.
    if ((position.get(used) as number) >= (position.get(user) as number)) return;
    users.set(used, [...(users.get(used) ?? []), user]);
  };
  const descendants = (urn: string): ResourceState[] =>
    (children.get(urn) ?? []).flatMap((child) => [child, ...descendants(child.urn)]);
  for (const resource of resources) {
    for (const urn of new Set(urnsUsedBy(resource))) {
      for (const used of byUrn.get(urn) ?? []) {
        add(used, resource);
        // Dependents of a component depend on its children too; the children themselves do not.
        if (!used.custom && resource.parent !== urn) descendants(urn).forEach((child) => add(child, resource));
      }
    }
  }
  return users;
}
