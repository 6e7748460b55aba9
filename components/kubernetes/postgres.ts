import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesConfig } from "../../stacks/config/schema.ts";
import { password } from "../chatwoot/generated-secrets.ts";
import type { PostgresUrl } from "../chatwoot/postgres-url.ts";
import { versions } from "../versions.ts";
import { waitFor } from "./annotations.ts";
import { backupPlugin, BackupStore } from "./backup.ts";
import { objectNames } from "./names.ts";

export interface PostgresArgs {
  namespace: pulumi.Input<string>;
  /** Host name of the primary. */
  host: string;
  postgres: KubernetesConfig["kubernetes"]["postgres"];
  /** Needed where `postgres.backup` is set. */
  backupKeys: { accessKeyId: pulumi.Output<string>; secretAccessKey: pulumi.Output<string> } | undefined;
}

/** Chatwoot's schema needs these; two of them only a superuser may create, which the app's role is not. */
const extensions = ["vector", "pg_trgm", "pgcrypto", "pg_stat_statements"];

const database = "chatwoot";

/**
 * PostgreSQL by CloudNativePG: a primary and its standbys, backed up where the configuration says where to. The cluster
 * is protected: its name, its namespace and the storage class never change under a living database.
 */
export class Postgres extends pulumi.ComponentResource {
  readonly url: PostgresUrl<pulumi.Output<string>>;
  /** Once this exists, the database takes migrations. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Postgres", name, {}, opts);
    const { namespace, host, postgres, backupKeys } = args;
    const credentials = this.createCredentials(name, namespace);
    const store =
      postgres.backup && backupKeys
        ? new BackupStore(`${name}-backup`, { namespace, ...postgres.backup, ...backupKeys }, { parent: this })
        : undefined;
    const cluster = this.createCluster(name, args, credentials.secret, store);
    this.ready = this.createExtensions(name, namespace, cluster);
    if (postgres.backup && store) this.scheduleBackups(name, namespace, postgres.backup.schedule, cluster);
    this.url = {
      host,
      port: 5432,
      username: database,
      password: credentials.password,
      database,
      sslMode: "require",
    };
    this.registerOutputs();
  }

  private createCredentials(name: string, namespace: pulumi.Input<string>) {
    const generated = password(`${name}-password`, 32, { parent: this, protect: true });
    const secret = new k8s.core.v1.Secret(
      `${name}-credentials`,
      {
        // The label makes the operator set a changed password in the database too.
        metadata: { name: objectNames.databaseCredentials, namespace, labels: { "cnpg.io/reload": "true" } },
        type: "kubernetes.io/basic-auth",
        stringData: { username: database, password: generated },
      },
      { parent: this },
    );
    return { password: generated, secret };
  }

  private createCluster(
    name: string,
    { namespace, postgres }: PostgresArgs,
    credentials: k8s.core.v1.Secret,
    store: BackupStore | undefined,
  ) {
    const { instances, storageClass, sizeGi, maxConnections } = postgres;
    return new k8s.apiextensions.CustomResource(
      `${name}-cluster`,
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        metadata: { name: objectNames.database, namespace, annotations: waitFor("condition=Ready") },
        spec: {
          instances,
          imageName: versions.postgresImage,
          enablePDB: instances > 1,
          primaryUpdateMethod: instances > 1 ? "switchover" : "restart",
          enableSuperuserAccess: false,
          bootstrap: {
            initdb: {
              database,
              owner: database,
              secret: { name: credentials.metadata.name },
              encoding: "UTF8",
              // The operator's own default, C, knows upper and lower case of ASCII only.
              localeProvider: "builtin",
              builtinLocale: "C.UTF-8",
              localeCollate: "C.UTF-8",
              localeCType: "C.UTF-8",
              dataChecksums: true,
              postInitApplicationSQL: extensions.map((extension) => `CREATE EXTENSION IF NOT EXISTS ${extension}`),
            },
          },
          postgresql: {
            parameters: {
              max_connections: String(maxConnections),
              // A replication slot that nobody reads keeps WAL until the disk is full; this bounds it.
              max_slot_wal_keep_size: "4GB",
            },
            ...(instances > 1 ? { synchronous: { method: "any", number: 1, dataDurability: "preferred" } } : {}),
          },
          storage: { size: `${sizeGi}Gi`, storageClass },
          affinity: {
            enablePodAntiAffinity: true,
            topologyKey: "kubernetes.io/hostname",
            podAntiAffinityType: instances > 1 ? "required" : "preferred",
          },
          resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
          ...(store && {
            plugins: [{ name: backupPlugin, isWALArchiver: true, parameters: { barmanObjectName: store.objectStore } }],
          }),
        },
      },
      { parent: this, protect: true, customTimeouts: { create: "20m", update: "20m" } },
    );
  }

  /** Beside the SQL of the first start, because this also holds after a restore and for what later releases need. */
  private createExtensions(name: string, namespace: pulumi.Input<string>, cluster: pulumi.CustomResource) {
    return new k8s.apiextensions.CustomResource(
      `${name}-database`,
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Database",
        metadata: { name: objectNames.database, namespace, annotations: waitFor("jsonpath={.status.applied}=true") },
        spec: {
          name: database,
          owner: database,
          cluster: { name: objectNames.database },
          databaseReclaimPolicy: "retain",
          extensions: extensions.map((extension) => ({ name: extension })),
        },
      },
      { parent: this, dependsOn: cluster },
    );
  }

  private scheduleBackups(
    name: string,
    namespace: pulumi.Input<string>,
    schedule: string,
    cluster: pulumi.CustomResource,
  ): void {
    new k8s.apiextensions.CustomResource(
      `${name}-backups`,
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "ScheduledBackup",
        metadata: { name: objectNames.database, namespace },
        spec: {
          schedule,
          immediate: true,
          backupOwnerReference: "self",
          method: "plugin",
          pluginConfiguration: { name: backupPlugin },
          cluster: { name: objectNames.database },
          target: "prefer-standby",
        },
      },
      { parent: this, dependsOn: cluster },
    );
  }
}
