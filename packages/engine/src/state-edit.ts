import { urnsUsedBy } from "./resource-state.ts";
import type { Checkpoint } from "./resource-state.ts";
import type { StateStore } from "./state-store.ts";

/** Changes a stack's state between two runs. */
async function edit(state: StateStore, stack: string, change: (checkpoint: Checkpoint) => Checkpoint): Promise<void> {
  const lock = state.lock(stack);
  try {
    const changed = change(await state.load());
    await state.save(() => changed);
  } finally {
    lock.release();
  }
}

/** Removes a resource and everything that depends on it from the state, as `pulumi state delete --force --target-dependents`. */
export function forget(state: StateStore, stack: string, urn: string): Promise<void> {
  return edit(state, stack, ({ resources, pendingOperations }) => {
    if (!resources.some((resource) => resource.urn === urn))
      throw new Error(`forget: no resource ${urn} in stack ${stack}. Check the URN.`);
    const gone = new Set([urn]);
    // The state is in topological order, so one pass finds the transitive dependents.
    for (const resource of resources) if (urnsUsedBy(resource).some((used) => gone.has(used))) gone.add(resource.urn);
    return { resources: resources.filter((resource) => !gone.has(resource.urn)), pendingOperations };
  });
}

/** Drops what interrupted runs were creating, as `pulumi refresh --clear-pending-creates`. */
export function clearPendingCreates(state: StateStore, stack: string): Promise<void> {
  return edit(state, stack, ({ resources, pendingOperations }) => ({
    resources,
    pendingOperations: pendingOperations.filter(({ type }) => type !== "creating"),
  }));
}
