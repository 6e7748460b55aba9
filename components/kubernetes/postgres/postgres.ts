import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { keptPassword } from "../../chatwoot/generated-secrets.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { databaseUrlOf, type Database } from "../../chatwoot/database.ts";
import { waitFor } from "../annotations.ts";
import { BackupStore, scheduledBackupSpec, type BackupKeys } from "./backup.ts";
import { RestoreDrill } from "./backup-drill.ts";
import { databaseNames } from "../names.ts";
import type { MountedAuthority } from "../authority.ts";
import { databaseCertificate } from "./certificate.ts";
import { clusterSpec, database, extensions } from "./cluster.ts";
import type { DatabaseServer } from "./server.ts";
import type { DatabaseSpec } from "./spec.ts";

export interface PostgresArgs {
  namespace: pulumi.Input<string>;
  /** Host name of the primary. */
  host: string;
  postgres: PostgresConfig;
  pods: PodsConfig;
  /** Keys of the backup bucket; read only if they come from the stack's configuration. */
  backupKeys: () => BackupKeys;
  /** Keys the checksum of the secrets. */
  secretKeyBase: pulumi.Output<string>;
  /** The password of Chatwoot's role in an existing database. Default: a generated one. */
  keptPassword?: pulumi.Output<string> | undefined;
  /** Chatwoot's image, with which the restore drill counts rows. */
  image: string;
}

/**
 * PostgreSQL by CloudNativePG: a primary and its standbys, backed up to the configured bucket, with a weekly restore
 * drill.
 *
 * The cluster is protected, and is kept in the namespace even if the protection is removed. Its resources are named
 * after it, so another `postgres.name` creates a second cluster and never replaces the first.
 */
export class Postgres extends pulumi.ComponentResource implements DatabaseServer {
  readonly database: Database;
  readonly authority: string;
  readonly volumes: readonly MountedAuthority[];
  readonly passwordSecret: { name: string; key: string };
  /** Wait for this resource before migrating the database. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Postgres", name, {}, opts);
    const { namespace, host, postgres, pods, image } = args;
    const place = { host, port: 5432, username: database, database };
    const credentials = this.#createCredentials(name, args, place);
    const store = this.#createBackupStore(name, args);
    const cluster = this.#createCluster(name, args, credentials.secret, store);
    this.ready = this.#createExtensions(name, args, cluster);
    if (postgres.backup && store) {
      this.#scheduleBackups(name, args, postgres.backup.schedule, cluster);
      if (postgres.backup.drill !== false)
        new RestoreDrill(
          `${name}-drill`,
          { namespace, image, postgres, pods, drill: postgres.backup.drill, objectStore: store.objectStore },
          { parent: this, dependsOn: cluster },
        );
    }
    const certificate = databaseCertificate(postgres.name);
    this.authority = certificate.path;
    this.volumes = [certificate];
    this.passwordSecret = { name: databaseNames(postgres.name).credentials, key: "password" };
    this.database = { ...place, password: credentials.password, sslMode: "verify-full" };
    this.registerOutputs();
  }

  #createCredentials(
    name: string,
    { namespace, postgres, keptPassword: kept, secretKeyBase }: PostgresArgs,
    place: Omit<PostgresUrl, "password" | "sslMode">,
  ) {
    const password = keptPassword(
      `${name}-password`,
      32,
      { kept, fingerprintKey: secretKeyBase },
      { parent: this, protect: true },
    );
    const { credentials } = databaseNames(postgres.name);
    const secret = new k8s.core.v1.Secret(
      `${name}-credentials-${postgres.name}`,
      {
        // The label makes the operator also set a changed password in the database.
        metadata: { name: credentials, namespace, labels: { "cnpg.io/reload": "true" } },
        type: "kubernetes.io/basic-auth",
        // The keys that the operator writes to a separate Secret, for programs that expect them.
        stringData: {
          username: database,
          password,
          dbname: database,
          host: place.host,
          port: String(place.port),
          uri: databaseUrlOf({ ...place, password }),
        },
      },
      // Kept, because a kept cluster needs it.
      { parent: this, retainOnDelete: true },
    );
    return { password, secret };
  }

  #createBackupStore(name: string, { namespace, postgres, pods, backupKeys, secretKeyBase }: PostgresArgs) {
    const { backup } = postgres;
    if (backup === undefined) return undefined;
    return new BackupStore(
      `${name}-backup`,
      { namespace, backup, pods, keys: backupKeys, secretKeyBase },
      { parent: this },
    );
  }

  #createCluster(
    name: string,
    { namespace, postgres, pods }: PostgresArgs,
    credentials: k8s.core.v1.Secret,
    store: BackupStore | undefined,
  ) {
    const references = { credentials: credentials.metadata.name, objectStore: store?.objectStore };
    return new k8s.apiextensions.CustomResource(
      `${name}-cluster-${postgres.name}`,
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        metadata: { name: postgres.name, namespace, annotations: waitFor("condition=Ready") },
        spec: clusterSpec(postgres, pods, references),
      },
      {
        parent: this,
        dependsOn: store ? [store] : [],
        protect: true,
        retainOnDelete: true,
        // Read only when the cluster is created, so a change would have no effect.
        ignoreChanges: ["spec.bootstrap", "spec.externalClusters"],
        // A restore takes as long as its download.
        customTimeouts: { create: postgres.recovery ? "6h" : "20m", update: "30m" },
      },
    );
  }

  /** In addition to the SQL of the first start, because it also applies after a restore and for later releases. */
  #createExtensions(name: string, { namespace, postgres }: PostgresArgs, cluster: pulumi.CustomResource) {
    const spec: DatabaseSpec = {
      name: database,
      owner: database,
      cluster: { name: postgres.name },
      databaseReclaimPolicy: "retain",
      extensions: extensions.map((extension) => ({ name: extension })),
    };
    return new k8s.apiextensions.CustomResource(
      `${name}-database-${postgres.name}`,
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Database",
        metadata: { name: postgres.name, namespace, annotations: waitFor("jsonpath={.status.applied}=true") },
        spec,
      },
      { parent: this, dependsOn: cluster },
    );
  }

  #scheduleBackups(
    name: string,
    { namespace, postgres }: PostgresArgs,
    schedule: string,
    cluster: pulumi.CustomResource,
  ): void {
    new k8s.apiextensions.CustomResource(
      `${name}-backups-${postgres.name}`,
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "ScheduledBackup",
        metadata: { name: postgres.name, namespace },
        spec: scheduledBackupSpec(postgres.name, schedule),
      },
      { parent: this, dependsOn: cluster },
    );
  }
}
