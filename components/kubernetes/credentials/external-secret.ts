import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CredentialsConfig } from "../../../config/schema/kubernetes/credentials.ts";
import { waitFor } from "../annotations.ts";

/** The fields of an ExternalSecret that this program sets: https://external-secrets.io/latest/api/externalsecret/ */
export interface ExternalSecretSpec {
  secretStoreRef: { kind: "ClusterSecretStore" | "SecretStore"; name: string };
  refreshInterval: string;
  target: {
    name: string;
    creationPolicy: "Owner";
    deletionPolicy: "Retain";
    template?: { metadata: { labels: Record<string, string> } };
  };
  data: { secretKey: string; remoteRef: { key: string; property: string } }[];
}

type ExternalSource = Extract<CredentialsConfig, { from: "external" }>;

function externalSecretSpec(
  target: string,
  labels: Record<string, string> | undefined,
  source: ExternalSource,
  keys: readonly string[],
): ExternalSecretSpec {
  return {
    secretStoreRef: { kind: source.storeKind, name: source.store },
    refreshInterval: source.refreshInterval,
    target: {
      name: target,
      creationPolicy: "Owner",
      // If the store loses the entry, the running pods keep their credentials.
      deletionPolicy: "Retain",
      ...(labels && { template: { metadata: { labels } } }),
    },
    data: keys.map((key) => ({
      secretKey: key,
      remoteRef: { key: source.path, property: source.properties[key] ?? key },
    })),
  };
}

/** Ready once the store has answered and the Secret exists. */
export function externalSecret(
  name: string,
  args: {
    metadata: { name: string; namespace: pulumi.Input<string>; labels?: Record<string, string> };
    source: ExternalSource;
    keys: readonly string[];
  },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { labels, ...metadata } = args.metadata;
  return new k8s.apiextensions.CustomResource(
    `${name}-external`,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { ...metadata, annotations: waitFor("condition=Ready") },
      spec: externalSecretSpec(metadata.name, labels, args.source, args.keys),
    },
    { ...opts, customTimeouts: { create: "5m", update: "5m" } },
  );
}
