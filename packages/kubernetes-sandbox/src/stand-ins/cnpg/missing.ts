import type { Lookup } from "../world.ts";
import {
  barmanPlugin,
  bootstrapOf,
  type BackupCredentials,
  type Plugin,
  type PostgresCluster,
} from "./cluster-spec.ts";
import { credentialRefusals } from "./refusals.ts";

const text = (data: unknown) => (typeof data === "string" ? Buffer.from(data, "base64").toString("utf8") : "");

function missingOfStore(plugin: Plugin, namespace: string, world: Lookup): string[] {
  const name = plugin.parameters?.barmanObjectName;
  if (name === undefined) return [`plugin ${plugin.name}: parameter barmanObjectName is not given`];
  const store = world.get("ObjectStore", namespace, name);
  if (!store) return [`objectstore "${name}" not found`];
  const configuration = (store.spec.configuration ?? {}) as BackupCredentials;
  const refusals = credentialRefusals(configuration);
  const groups = [
    configuration.s3Credentials,
    configuration.azureCredentials,
    configuration.googleCredentials,
    { ca: configuration.endpointCA },
  ];
  for (const reference of groups.flatMap((group) => Object.values(group ?? {}))) {
    if (typeof reference !== "object") continue; // inheritFromIAMRole and the like.
    const secret = world.get("Secret", namespace, reference.name);
    if (!secret) refusals.push(`secret "${reference.name}" not found`);
    else if (!(reference.key in (secret.data ?? {})))
      refusals.push(`secret "${reference.name}" has no key ${reference.key}`);
  }
  return refusals;
}

/** Missing or invalid objects that a Cluster references. */
export function missingForCluster(cluster: PostgresCluster, world: Lookup): string[] {
  const { spec } = cluster;
  const namespace = cluster.metadata.namespace!;
  const missing: string[] = [];
  const { owner, secret, source } = bootstrapOf(spec);
  if (secret !== undefined) {
    const object = world.get("Secret", namespace, secret);
    if (!object) missing.push(`secret "${secret}" not found`);
    else {
      const data = (object.data ?? {}) as Record<string, string>;
      if (!text(data.password)) missing.push(`secret "${secret}" has no key password`);
      if (!text(data.username)) missing.push(`secret "${secret}" has no key username`);
      else if (text(data.username) !== owner) {
        missing.push(`secret "${secret}": username ${text(data.username)} is not the owner ${owner}`);
      }
    }
  }
  if (spec.superuserSecret && !world.get("Secret", namespace, spec.superuserSecret.name)) {
    missing.push(`secret "${spec.superuserSecret.name}" not found`);
  }
  const recovery = spec.externalClusters?.find(({ name }) => name === source)?.plugin;
  for (const plugin of [...(spec.plugins ?? []), ...(recovery ? [recovery] : [])]) {
    if (plugin.enabled === false) continue;
    if (plugin.name === barmanPlugin) missing.push(...missingOfStore(plugin, namespace, world));
    else missing.push(`plugin "${plugin.name}" not found`);
  }
  for (const { storageClass } of [spec.storage ?? {}, spec.walStorage ?? {}]) {
    if (storageClass !== undefined && !world.get("StorageClass", undefined, storageClass)) {
      missing.push(`storageclass "${storageClass}" not found`);
    }
  }
  return [...new Set(missing)];
}
