import type * as pulumi from "@pulumi/pulumi";
import { podResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { barmanPlugin, serverNameOf } from "./archive.ts";
import { placementOf, podFields } from "../pod-template.ts";
import { postgresParameters } from "./parameters.ts";
import type { Bootstrap, ClusterSpec, ExternalCluster } from "./spec.ts";

/** Chatwoot's schema needs these. Two of them require a superuser, which the app's role is not. */
export const extensions = ["vector", "pg_trgm", "pgcrypto", "pg_stat_statements"];

/** Chatwoot's database and the role that owns it. */
export const database = "chatwoot";

/** Objects of the namespace that a Cluster refers to: Secrets and the archive. */
export interface ClusterReferences {
  /** Secret with the password of Chatwoot's role. */
  credentials: pulumi.Input<string>;
  /** The ObjectStore of the backups; undefined without backups. */
  objectStore: pulumi.Input<string> | undefined;
}

export function clusterSpec(
  postgres: PostgresConfig,
  pods: PodsConfig,
  { credentials, objectStore }: ClusterReferences,
): ClusterSpec {
  const { instances } = postgres;
  const several = instances > 1;
  const archived = postgres.backup !== undefined && objectStore !== undefined;
  return {
    ...instanceSpec(postgres, pods),
    instances,
    enablePDB: several,
    // A standby takes over in seconds; a restart of the primary can take longer.
    primaryUpdateMethod: several ? "switchover" : "restart",
    ...(postgres.recovery !== undefined && archived
      ? recoverFrom({ ...postgres.recovery, credentials, objectStore })
      : { bootstrap: { initdb: initDb(credentials) } }),
    postgresql: {
      parameters: postgresParameters(postgres),
      // Preferred: if one of two instances is down, writes continue without a copy instead of stopping.
      ...(several ? { synchronous: { method: "any", number: 1, dataDurability: "preferred" } } : {}),
    },
    affinity: {
      enablePodAntiAffinity: true,
      topologyKey: "kubernetes.io/hostname",
      podAntiAffinityType: several ? "required" : "preferred",
      ...nodesOf(pods),
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
 * The restore drill's cluster: one instance with the settings of the real cluster, which starts from the newest backup
 * and archives nothing.
 */
export function drillClusterSpec(
  postgres: PostgresConfig,
  pods: PodsConfig,
  references: Required<ClusterReferences>,
): ClusterSpec {
  const { credentials, objectStore = "" } = references;
  return {
    ...instanceSpec(postgres, pods),
    instances: 1,
    enablePDB: false,
    primaryUpdateMethod: "restart",
    ...recoverFrom({ serverName: serverNameOf(postgres), credentials, objectStore }),
    postgresql: { parameters: postgresParameters(postgres) },
    affinity: {
      enablePodAntiAffinity: false,
      topologyKey: "kubernetes.io/hostname",
      podAntiAffinityType: "preferred",
      ...nodesOf(pods),
    },
  };
}

/** The operator's names for a pod's `affinity`, `nodeSelector` and `tolerations`. */
function nodesOf(pods: PodsConfig) {
  const {
    nodeSelector,
    tolerations,
    affinity: { nodeAffinity, podAffinity, podAntiAffinity } = {},
  } = placementOf(pods, "database");
  return {
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(nodeAffinity && { nodeAffinity }),
    ...(podAffinity && { additionalPodAffinity: podAffinity }),
    ...(podAntiAffinity && { additionalPodAntiAffinity: podAntiAffinity }),
  };
}

function instanceSpec({ image, storageClass, sizeGi, walSizeGi, memoryMb }: PostgresConfig, pods: PodsConfig) {
  const placement = placementOf(pods, "database");
  const { labels, annotations } = placement;
  const { priorityClassName, imagePullSecrets } = podFields(placement);
  return {
    imageName: image,
    enableSuperuserAccess: false,
    storage: { size: `${sizeGi}Gi`, storageClass },
    // A separate volume, so that WAL which cannot be archived never fills the data volume.
    walStorage: { size: `${walSizeGi}Gi`, storageClass },
    resources: podResources(pods, "database", memoryMb),
    ...(priorityClassName && { priorityClassName }),
    ...(imagePullSecrets && { imagePullSecrets }),
    ...((labels ?? annotations) && {
      inheritedMetadata: { ...(labels && { labels }), ...(annotations && { annotations }) },
    }),
  } as const;
}

/** Read only when the cluster is created. */
function initDb(credentials: pulumi.Input<string>) {
  return {
    database,
    owner: database,
    secret: { name: credentials },
    encoding: "UTF8",
    // The operator's default, C, changes the case of ASCII letters only.
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
