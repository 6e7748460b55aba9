import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectNames } from "./names.ts";

export interface BackupArgs {
  namespace: pulumi.Input<string>;
  /** `s3://bucket/path`; the bucket must exist. */
  destination: string;
  endpoint: string;
  /** `30d`, `4w` or `6m`. */
  retention: string;
  accessKeyId: pulumi.Output<string>;
  secretAccessKey: pulumi.Output<string>;
}

/** Name of CloudNativePG's plugin that writes backups; it and its CRD are installed beside the operator. */
export const backupPlugin = "barman-cloud.cloudnative-pg.io";

/**
 * Where the database's WAL and base backups go. WAL is archived at least every five minutes, so no more than that is
 * lost with the cluster.
 */
export class BackupStore extends pulumi.ComponentResource {
  /** The name that the cluster's plugin wants. */
  readonly objectStore: pulumi.Output<string>;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:BackupStore", name, {}, opts);
    const { namespace } = args;
    const credentials = new k8s.core.v1.Secret(
      `${name}-credentials`,
      {
        metadata: { name: objectNames.backupCredentials, namespace, labels: { "cnpg.io/reload": "true" } },
        stringData: { ACCESS_KEY_ID: args.accessKeyId, ACCESS_SECRET_KEY: args.secretAccessKey },
      },
      { parent: this },
    );
    const key = (entry: string): object => ({ name: credentials.metadata.name, key: entry });
    const store = new k8s.apiextensions.CustomResource(
      `${name}-store`,
      {
        apiVersion: "barmancloud.cnpg.io/v1",
        kind: "ObjectStore",
        metadata: { name: objectNames.database, namespace },
        spec: {
          retentionPolicy: args.retention,
          configuration: {
            destinationPath: args.destination,
            endpointURL: args.endpoint,
            s3Credentials: { accessKeyId: key("ACCESS_KEY_ID"), secretAccessKey: key("ACCESS_SECRET_KEY") },
            wal: { compression: "gzip", maxParallel: 4 },
            data: { compression: "gzip", jobs: 2 },
          },
          instanceSidecarConfiguration: {
            // Backblaze B2 refuses the checksums that newer AWS clients send unasked.
            env: [
              { name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" },
              { name: "AWS_RESPONSE_CHECKSUM_VALIDATION", value: "when_required" },
            ],
          },
        },
      },
      { parent: this },
    );
    this.objectStore = store.metadata.name;
    this.registerOutputs();
  }
}
