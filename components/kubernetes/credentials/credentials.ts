import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CredentialsConfig } from "../../../config/schema/kubernetes/credentials.ts";
import { externalSecret } from "./external-secret.ts";
import { pickKeys } from "./keys.ts";
import { fingerprint } from "../environment.ts";

type Secret = pulumi.Output<string>;

export interface CredentialsArgs {
  namespace: pulumi.Input<string>;
  /** Where the values come from. */
  source: CredentialsConfig;
  /** Name of the Secret that is made, by us or by External Secrets. An existing one keeps its own. */
  targetName: string;
  /** What the Secret must hold. */
  keys: readonly string[];
  /** The stack's secrets by key; asked for only where `source.from` is `config`. */
  values: () => Record<string, Secret>;
  /** Labels of the Secret that is made. */
  labels?: Record<string, string>;
  /** Keys the checksum. */
  secretKeyBase: Secret;
}

export interface Credentials {
  name: pulumi.Output<string>;
  /** Changes with the values and may be shown; undefined where External Secrets fetches them behind our back. */
  checksum: pulumi.Output<string> | undefined;
  /** What must be there before anything reads the Secret. */
  ready: pulumi.Resource[];
}

/**
 * A Secret with these keys, wherever the configuration says that its values come from. Nothing but a Secret, an input
 * that is secret and a keyed checksum ever holds a value. A Secret that is read goes to the stack's state, encrypted.
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
      return { name: secret.metadata.name, checksum: checksumOf(stringData), ready: [secret] };
    }
    case "copied": {
      const data = readSecret(`${name}-source`, source, keys, opts).data;
      const secret = new k8s.core.v1.Secret(name, { metadata, data }, opts);
      return { name: secret.metadata.name, checksum: checksumOf(data), ready: [secret] };
    }
    case "existing": {
      const { data, resource } = readSecret(`${name}-source`, { ...source, namespace: args.namespace }, keys, opts);
      const found = pulumi.unsecret(pulumi.all(data).apply(() => source.name));
      return { name: found, checksum: checksumOf(data), ready: [resource] };
    }
    case "external": {
      const secret = externalSecret(name, { metadata, source, keys }, opts);
      return { name: secret.metadata.name, checksum: undefined, ready: [secret] };
    }
  }
}

/** Somebody else's Secret, as far as we need it: its values by key, in base64. Fails when a key is missing. */
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
