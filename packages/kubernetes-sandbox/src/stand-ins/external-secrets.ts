import type { KubeObject } from "../kube-client.ts";
import { mergeConditions, type Condition } from "./conditions.ts";
import type { Context, StandIn } from "./stand-in.ts";
import type { Lookup } from "./world.ts";

interface Wanted {
  secretKey: string;
  remoteRef: { key: string; property?: string };
}

/**
 * The values of an ExternalSecret, from a store with the provider `fake`, which contains the values itself. Throws on
 * missing objects.
 */
function fetchValues(secret: KubeObject, world: Lookup): Record<string, string> {
  const { kind = "SecretStore", name } = secret.spec.secretStoreRef as { kind?: string; name: string };
  const inNamespace = kind === "SecretStore";
  const store = world.get(
    inNamespace ? "SecretStore" : "ClusterSecretStore",
    inNamespace ? secret.metadata.namespace : undefined,
    name,
  );
  if (store === undefined) throw new Error(`could not get provider client: no ${kind} ${name}`);
  const held = store.spec.provider.fake?.data as { key: string; value: string }[] | undefined;
  if (held === undefined) throw new Error(`${kind} ${name}: the sandbox supports the provider fake only`);
  return Object.fromEntries(
    ((secret.spec.data ?? []) as Wanted[]).map(({ secretKey, remoteRef: { key, property } }) => {
      const value = held.find((entry) => entry.key === key)?.value;
      if (value === undefined) throw new Error(`could not get secret data from provider: no ${key}`);
      if (property === undefined) return [secretKey, value];
      const inside = (JSON.parse(value) as Record<string, string>)[property];
      if (inside === undefined) throw new Error(`could not get secret data from provider: no ${property} in ${key}`);
      return [secretKey, inside];
    }),
  );
}

/** The values, or the reason for a failure. */
function tryFetch(external: KubeObject, world: Lookup): { values?: Record<string, string>; message: string } {
  try {
    return { values: fetchValues(external, world), message: "secret synced" };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

async function writeSecret(external: KubeObject, values: Record<string, string>, context: Context): Promise<void> {
  const { namespace, name, uid } = external.metadata;
  const target = external.spec.target as { name?: string; template?: { metadata?: object } } | undefined;
  const metadata = { ...target?.template?.metadata, name: target?.name ?? name, namespace: namespace! };
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  const known = context.world.get("Secret", namespace, metadata.name);
  const owner = { apiVersion: external.apiVersion!, kind: "ExternalSecret", name, uid: uid!, controller: true };
  if (known === undefined)
    await context.create("Secret", { metadata: { ...metadata, ownerReferences: [owner] }, type: "Opaque", data });
  else if (JSON.stringify(known.data) !== JSON.stringify(data))
    await context.patch("Secret", known, { metadata, data });
}

/** Creates the Secret of an ExternalSecret, or reports the failure. It syncs once per change. */
export const externalSecrets: StandIn = {
  name: "external-secrets",
  kind: "ExternalSecret",
  wakes: ["ClusterSecretStore", "SecretStore", "Secret"],
  async reconcile(external, context) {
    const { values, message } = tryFetch(external, context.world);
    if (values !== undefined) await writeSecret(external, values, context);
    const ready: Condition =
      values === undefined
        ? { type: "Ready", status: "False", reason: "SecretSyncedError", message }
        : { type: "Ready", status: "True", reason: "SecretSynced", message };
    const before = (external.status?.conditions ?? []) as Condition[];
    if (!before.some((known) => known.type === "Ready" && known.message === message)) {
      const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      await context.patch(
        "ExternalSecret",
        external,
        { status: { conditions: mergeConditions(before, [ready], now) } },
        "status",
      );
    }
    return { waiting: true };
  },
};
