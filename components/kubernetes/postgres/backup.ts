import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PostgresBackupConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { credentialsSecret } from "../credentials/credentials.ts";
import { objectNames } from "../names.ts";
import { barmanPlugin, regionOf } from "./archive.ts";
import type { ObjectStoreSpec, ScheduledBackupSpec } from "./spec.ts";

export interface BackupKeys {
  accessKeyId: pulumi.Output<string>;
  secretAccessKey: pulumi.Output<string>;
}

export interface BackupArgs {
  namespace: pulumi.Input<string>;
  backup: PostgresBackupConfig;
  /** Asked for only where they come from the stack's configuration. */
  keys: () => BackupKeys;
  secretKeyBase: pulumi.Output<string>;
}

const [idKey, secretKey] = ["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"];

/**
 * Where the database's WAL and base backups go. It and its credentials stay when they leave the program, because a
 * cluster that stays goes on archiving by them.
 */
export class BackupStore extends pulumi.ComponentResource {
  /** The name that the clusters' plugin wants. */
  readonly objectStore: pulumi.Output<string>;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:BackupStore", name, {}, opts);
    const { namespace, backup, keys, secretKeyBase } = args;
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
        spec: objectStoreSpec(backup, credentials.name),
      },
      { ...stays, dependsOn: credentials.ready },
    );
    this.objectStore = store.metadata.name;
    this.registerOutputs();
  }
}

export function objectStoreSpec(backup: PostgresBackupConfig, credentials: pulumi.Input<string>): ObjectStoreSpec {
  const { destination, endpoint, retention, region = regionOf(endpoint) } = backup;
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
        // Backblaze B2 refuses the checksums that newer AWS clients send unasked.
        { name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" },
        { name: "AWS_RESPONSE_CHECKSUM_VALIDATION", value: "when_required" },
        // Not by the Secret, which may be somebody else's and hold the two keys alone.
        ...(region === undefined ? [] : [{ name: "AWS_DEFAULT_REGION", value: region }]),
      ],
    },
  };
}

export function scheduledBackupSpec(cluster: string, schedule: string): ScheduledBackupSpec {
  return {
    schedule,
    // WAL is worth nothing without a base backup to begin with.
    immediate: true,
    backupOwnerReference: "self",
    method: "plugin",
    pluginConfiguration: { name: barmanPlugin },
    cluster: { name: cluster },
    target: "prefer-standby",
  };
}
