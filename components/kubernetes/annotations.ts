/** Annotations that the Pulumi provider reads (https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/). */
export const skipAwait = { "pulumi.com/skipAwait": "true" };
/** The next `pulumi up` replaces a failed Job instead of waiting for it again. */
export const replaceUnready = { "pulumi.com/replaceUnready": "true" };

/** Makes Pulumi wait for a custom resource, which it does not by default. */
export function waitFor(...conditions: [string, ...string[]]): Record<string, string> {
  return { "pulumi.com/waitFor": conditions.length === 1 ? conditions[0] : JSON.stringify(conditions) };
}

/**
 * A constant field manager for all runs. By default the provider uses another one for each resource that it creates. An
 * object left by an interrupted run would then have two field managers once the next run adopts it, and later changes
 * would conflict.
 */
export const fixedFieldManager = { "pulumi.com/patchFieldManager": "chatwoot" };

/** Kind of the database that Chatwoot's settings name, if the stack does not run it. */
export const databaseKindAnnotation = "chatwoot.com/database-kind";

/** Restarts the pods when a value that they read at startup changes. */
export const checksumAnnotations = {
  settings: "checksum/settings",
  secrets: "checksum/secrets",
  encryptionKeys: "checksum/encryption-keys",
  installation: "checksum/installation",
  redis: "checksum/redis",
} as const;

/** Pods that end have no proxy of a mesh: it would run on, and the Job would never complete. */
export const withoutSidecar = { "sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled" };
