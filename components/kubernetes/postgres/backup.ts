import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { backupPluginResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { PostgresBackupConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { credentialsSecret } from "../credentials/credentials.ts";
import { objectNames } from "../names.ts";
import { regionIn } from "../../../lib/s3-endpoint.ts";
import { barmanPlugin } from "./archive.ts";
import type { ObjectStoreSpec, ScheduledBackupSpec } from "./spec.ts";

export interface BackupKeys {
  accessKeyId: pulumi.Output<string>;
  secretAccessKey: pulumi.Output<string>;
}

export interface BackupArgs {
  namespace: pulumi.Input<string>;
  backup: PostgresBackupConfig;
  pods: PodsConfig;
  /** Read only if the keys come from the stack's configuration. */
  keys: () => BackupKeys;
  secretKeyBase: pulumi.Output<string>;
}

const [idKey, secretKey] = ["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"];

/**
 * The bucket of the database's WAL and base backups. It and its credentials are kept when they are removed from the
 * program, because a kept cluster continues to archive with them.
 */
export class BackupStore extends pulumi.ComponentResource {
  /** The name that the clusters' plugin refers to. */
  readonly objectStore: pulumi.Output<string>;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:BackupStore", name, {}, opts);
    const { namespace, backup, pods, keys, secretKeyBase } = args;
    const stays = { parent: this, retainOnDelete: true };
    const credentials = credentialsSecret(
      `${name}-credentials`,
      {
        namespace,
        source: backup.credentials,
        targetName: objectNames.backupCredentials,
        keys: [idKey, secretKey],
        values: () => {
          const { accessKeyId, secretAccessKey } = keys();
          return { [idKey]: accessKeyId, [secretKey]: secretAccessKey };
        },
        labels: { "cnpg.io/reload": "true" },
        secretKeyBase,
      },
      stays,
    );
    const store = new k8s.apiextensions.CustomResource(
      `${name}-store`,
      {
        apiVersion: "barmancloud.cnpg.io/v1",
        kind: "ObjectStore",
        metadata: { name: objectNames.backupStore, namespace },
        spec: objectStoreSpec(backup, pods, credentials.name),
      },
      { ...stays, dependsOn: credentials.ready },
    );
    this.objectStore = store.metadata.name;
    this.registerOutputs();
  }
}

export function objectStoreSpec(
  backup: PostgresBackupConfig,
  pods: PodsConfig,
  credentials: pulumi.Input<string>,
): ObjectStoreSpec {
  const { destination, endpoint, retention, region = regionIn(endpoint) } = backup;
  const resources = backupPluginResources(pods);
  return {
    retentionPolicy: retention,
    configuration: {
      destinationPath: destination,
      endpointURL: endpoint,
      s3Credentials: {
        accessKeyId: { name: credentials, key: idKey },
        secretAccessKey: { name: credentials, key: secretKey },
      },
      wal: { compression: "gzip", maxParallel: 4 },
      data: { compression: "gzip", jobs: 2 },
    },
    instanceSidecarConfiguration: {
      env: [
        // Backblaze B2 rejects the checksums that newer AWS clients send by default.
        { name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" },
        { name: "AWS_RESPONSE_CHECKSUM_VALIDATION", value: "when_required" },
        // Not from the Secret, because an existing one may have only the two keys.
        ...(region === undefined ? [] : [{ name: "AWS_DEFAULT_REGION", value: region }]),
      ],
      ...(resources && { resources }),
    },
  };
}

export function scheduledBackupSpec(cluster: string, schedule: string): ScheduledBackupSpec {
  return {
    schedule,
    // WAL is useless without a base backup.
    immediate: true,
    backupOwnerReference: "self",
    method: "plugin",
    pluginConfiguration: { name: barmanPlugin },
    cluster: { name: cluster },
    target: "prefer-standby",
  };
}
