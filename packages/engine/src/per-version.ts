import type { ResourceState } from "./resource-state.ts";

/**
 * `compute`, once for each version of a resource: the engine gives a field another value, and never changes a value's
 * inside. A run saves its state after every operation, and most resources are then unchanged.
 */
export function perVersion<T>(compute: (resource: ResourceState) => T): (resource: ResourceState) => T {
  const known = new WeakMap<ResourceState, { fields: ResourceState; result: T }>();
  return (resource) => {
    const before = known.get(resource);
    if (before !== undefined && sameFields(before.fields, resource)) return before.result;
    const result = compute(resource);
    known.set(resource, { fields: { ...resource }, result });
    return result;
  };
}

function sameFields(one: ResourceState, other: ResourceState): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.is(one[key], other[key]));
}
