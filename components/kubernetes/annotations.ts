/** Annotations that the Pulumi provider reads (https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/). */
export const skipAwait = { "pulumi.com/skipAwait": "true" };
/** A Job that failed is replaced by the next `pulumi up` instead of being looked at again. */
export const replaceUnready = { "pulumi.com/replaceUnready": "true" };

/** Custom resources are not waited for by themselves. */
export function waitFor(...conditions: [string, ...string[]]): Record<string, string> {
  return { "pulumi.com/waitFor": conditions.length === 1 ? conditions[0] : JSON.stringify(conditions) };
}

/**
 * The same owner of all fields in every run. The provider's own is another one for each resource that it creates, so an
 * object that an interrupted run left would have two owners when the next run adopts it, and refuse later changes.
 */
export const fixedFieldManager = { "pulumi.com/patchFieldManager": "chatwoot" };

/** Rolls the pods when something that they read at their start has changed. */
export const checksumAnnotations = {
  settings: "checksum/settings",
  secrets: "checksum/secrets",
  redis: "checksum/redis",
} as const;

/**
 * What the configuration says wins over whoever set the same field since, such as an autoscaler that was taken away, or
 * `kubectl scale`. Without this, the update fails half way.
 */
export const patchForce = { "pulumi.com/patchForce": "true" };
