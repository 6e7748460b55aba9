import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CredentialsConfig } from "../../../config/schema/kubernetes/credentials.ts";
import { externalSecret } from "./external-secret.ts";
import { pickKeys } from "./keys.ts";
import { fingerprint } from "../environment.ts";

type Secret = pulumi.Output<string>;

export interface CredentialsArgs {
  namespace: pulumi.Input<string>;
  /** The source of the values. */
  source: CredentialsConfig;
  /** Name of the Secret to create, by this stack or by External Secrets. An existing Secret keeps its name. */
  targetName: string;
  /** The keys that the Secret must have. */
  keys: readonly string[];
  /** The stack's secrets by key; read only if `source.from` is `config`. */
  values: () => Record<string, Secret>;
  /** Labels of the created Secret. */
  labels?: Record<string, string>;
  /** Keys the checksum. */
  secretKeyBase: Secret;
}

export interface Credentials {
  name: pulumi.Output<string>;
  /** Changes with the values and is not secret; undefined for External Secrets, whose values the stack cannot see. */
  checksum: pulumi.Output<string> | undefined;
  /** The values by key; undefined for External Secrets. */
  values: Record<string, Secret> | undefined;
  /** Resources to wait for before anything reads the Secret. */
  ready: pulumi.Resource[];
}

/**
 * A Secret with these keys, from the configured source. Values are only in the Secret, in secret inputs and in a keyed
 * checksum. A Secret that the stack reads is also in its state, encrypted.
 */
export function credentialsSecret(
  name: string,
  args: CredentialsArgs,
  opts: pulumi.CustomResourceOptions,
): Credentials {
  const { source, targetName, keys, secretKeyBase } = args;
  const metadata = { name: targetName, namespace: args.namespace, ...(args.labels && { labels: args.labels }) };
  const checksumOf = (values: Record<string, Secret>) => fingerprint(secretKeyBase, values);

  switch (source.from) {
    case "config": {
      const stringData = args.values();
      const secret = new k8s.core.v1.Secret(name, { metadata, stringData }, opts);
      return { name: secret.metadata.name, checksum: checksumOf(stringData), values: stringData, ready: [secret] };
    }
    case "copied": {
      const data = readSecret(`${name}-source`, source, keys, opts).data;
      const secret = new k8s.core.v1.Secret(name, { metadata, data }, opts);
      return { name: secret.metadata.name, checksum: checksumOf(data), values: decoded(data), ready: [secret] };
    }
    case "existing": {
      const { data, resource } = readSecret(`${name}-source`, { ...source, namespace: args.namespace }, keys, opts);
      const found = pulumi.unsecret(pulumi.all(data).apply(() => source.name));
      return { name: found, checksum: checksumOf(data), values: decoded(data), ready: [resource] };
    }
    case "external": {
      const secret = externalSecret(name, { metadata, source, keys }, opts);
      return { name: secret.metadata.name, checksum: undefined, values: undefined, ready: [secret] };
    }
  }
}

function decoded(data: Record<string, Secret>): Record<string, Secret> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, value.apply((text) => Buffer.from(text, "base64").toString())]),
  );
}

/** The needed values of an existing Secret by key, in base64. Fails if a key is missing. */
function readSecret(
  name: string,
  source: { namespace: pulumi.Input<string>; name: string },
  keys: readonly string[],
  opts: pulumi.CustomResourceOptions,
): { data: Record<string, Secret>; resource: pulumi.Resource } {
  const id = pulumi.interpolate`${source.namespace}/${source.name}`;
  const resource = k8s.core.v1.Secret.get(name, id, { ...opts, protect: false });
  const found = pulumi.secret(pulumi.all([id, resource.data]).apply(([where, data]) => pickKeys(where, data, keys)));
  return { resource, data: Object.fromEntries(keys.map((key) => [key, found.apply((data) => data[key] as string)])) };
}
