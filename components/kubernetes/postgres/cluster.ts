import type * as pulumi from "@pulumi/pulumi";
import type { PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { barmanPlugin, serverNameOf } from "./archive.ts";
import { postgresParameters } from "./parameters.ts";
import type { Bootstrap, ClusterSpec, ExternalCluster } from "./spec.ts";

/** Chatwoot's schema needs these; two of them only a superuser may create, which the app's role is not. */
export const extensions = ["vector", "pg_trgm", "pgcrypto", "pg_stat_statements"];

/** Chatwoot's database, and the role that owns it. */
export const database = "chatwoot";

/** What a Cluster names in the namespace: Secrets and the archive. */
export interface ClusterReferences {
  /** Secret with the password of Chatwoot's role. */
  credentials: pulumi.Input<string>;
  /** The ObjectStore of the backups; undefined where nothing is backed up. */
  objectStore: pulumi.Input<string> | undefined;
}

export function clusterSpec(postgres: PostgresConfig, { credentials, objectStore }: ClusterReferences): ClusterSpec {
  const { instances } = postgres;
  const several = instances > 1;
  const archived = postgres.backup !== undefined && objectStore !== undefined;
  return {
    ...instanceSpec(postgres),
    instances,
    enablePDB: several,
    // The standby takes over in seconds, where a restart of the primary takes as long as it takes.
    primaryUpdateMethod: several ? "switchover" : "restart",
    ...(postgres.recovery !== undefined && archived
      ? recoverFrom({ ...postgres.recovery, credentials, objectStore })
      : { bootstrap: { initdb: initDb(credentials) } }),
    postgresql: {
      parameters: postgresParameters(postgres),
      // Preferred: with one of two instances down, writes go on without a copy instead of stopping.
      ...(several ? { synchronous: { method: "any", number: 1, dataDurability: "preferred" } } : {}),
    },
    affinity: {
      enablePodAntiAffinity: true,
      topologyKey: "kubernetes.io/hostname",
      podAntiAffinityType: several ? "required" : "preferred",
    },
    ...(archived && {
      plugins: [
        {
          name: barmanPlugin,
          isWALArchiver: true,
          parameters: { barmanObjectName: objectStore, serverName: serverNameOf(postgres) },
        },
      ],
    }),
  };
}

/**
 * The restore drill's cluster: one instance like those of the real one, which begins with the newest backup and archives
 * nothing.
 */
export function drillClusterSpec(postgres: PostgresConfig, references: Required<ClusterReferences>): ClusterSpec {
  const { credentials, objectStore = "" } = references;
  return {
    ...instanceSpec(postgres),
    instances: 1,
    enablePDB: false,
    primaryUpdateMethod: "restart",
    ...recoverFrom({ serverName: serverNameOf(postgres), credentials, objectStore }),
    postgresql: { parameters: postgresParameters(postgres) },
    affinity: {
      enablePodAntiAffinity: false,
      topologyKey: "kubernetes.io/hostname",
      podAntiAffinityType: "preferred",
    },
  };
}

function instanceSpec({ image, storageClass, sizeGi, walSizeGi, memoryMb }: PostgresConfig) {
  const memory = `${memoryMb}Mi`;
  return {
    imageName: image,
    enableSuperuserAccess: false,
    storage: { size: `${sizeGi}Gi`, storageClass },
    // Of its own, so that WAL which cannot be archived never fills the disk of the data.
    walStorage: { size: `${walSizeGi}Gi`, storageClass },
    resources: { requests: { cpu: "250m", memory }, limits: { memory } },
  } as const;
}

/** Read when the cluster is made, and never again. */
function initDb(credentials: pulumi.Input<string>) {
  return {
    database,
    owner: database,
    secret: { name: credentials },
    encoding: "UTF8",
    // The operator's own default, C, knows upper and lower case of ASCII only.
    localeProvider: "builtin",
    builtinLocale: "C.UTF-8",
    localeCollate: "C.UTF-8",
    localeCType: "C.UTF-8",
    dataChecksums: true,
    postInitApplicationSQL: extensions.map((extension) => `CREATE EXTENSION IF NOT EXISTS ${extension}`),
  } as const;
}

interface Source {
  serverName: string;
  targetTime?: string | undefined;
  credentials: pulumi.Input<string>;
  objectStore: pulumi.Input<string>;
}

function recoverFrom({ serverName, targetTime, credentials, objectStore }: Source): {
  bootstrap: Bootstrap;
  externalClusters: ExternalCluster[];
} {
  const plugin = { name: barmanPlugin, parameters: { barmanObjectName: objectStore, serverName } };
  return {
    bootstrap: {
      recovery: {
        source: serverName,
        database,
        owner: database,
        secret: { name: credentials },
        ...(targetTime === undefined ? {} : { recoveryTarget: { targetTime } }),
      },
    },
    externalClusters: [{ name: serverName, plugin }],
  };
}
