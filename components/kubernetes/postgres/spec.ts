import type * as pulumi from "@pulumi/pulumi";
import type { PodResources } from "../../../config/pod-resources.ts";
import type { Placement } from "../pod-template.ts";

type Affinity = NonNullable<Placement["affinity"]>;

/*
 * The fields of CloudNativePG 1.30 and its Barman Cloud plugin that this program sets. Typed, because the API server
 * drops unknown fields silently.
 * https://cloudnative-pg.io/documentation/1.30/cloudnative-pg.v1/
 */

interface LocalObject {
  name: pulumi.Input<string>;
}

export interface PluginUse {
  name: string;
  isWALArchiver?: true;
  parameters: { barmanObjectName: pulumi.Input<string>; serverName: string };
}

/** Chatwoot's database and role, and the Secret with the role's password. */
interface ApplicationDatabase {
  database: string;
  owner: string;
  secret: LocalObject;
}

export interface InitDb extends ApplicationDatabase {
  encoding: "UTF8";
  localeProvider: "builtin";
  builtinLocale: "C.UTF-8";
  localeCollate: "C.UTF-8";
  localeCType: "C.UTF-8";
  dataChecksums: true;
  postInitApplicationSQL: string[];
}

export interface Recovery extends ApplicationDatabase {
  /** One of `externalClusters`. */
  source: string;
  recoveryTarget?: { targetTime: string };
}

export interface ExternalCluster {
  name: string;
  plugin: PluginUse;
}

interface VolumeSpec {
  size: string;
  storageClass: string;
}

/** Exactly one of the two. */
export type Bootstrap = { initdb: InitDb } | { recovery: Recovery };

export interface ClusterSpec {
  instances: number;
  imageName: string;
  enablePDB: boolean;
  primaryUpdateMethod: "switchover" | "restart";
  enableSuperuserAccess: false;
  bootstrap: Bootstrap;
  externalClusters?: ExternalCluster[];
  postgresql: {
    parameters: Record<string, string>;
    synchronous?: { method: "any"; number: number; dataDurability: "preferred" };
  };
  storage: VolumeSpec;
  walStorage: VolumeSpec;
  affinity: {
    enablePodAntiAffinity: boolean;
    topologyKey: "kubernetes.io/hostname";
    podAntiAffinityType: "required" | "preferred";
    nodeSelector?: Record<string, string>;
    tolerations?: Placement["tolerations"];
    nodeAffinity?: Affinity["nodeAffinity"];
    additionalPodAffinity?: Affinity["podAffinity"];
    additionalPodAntiAffinity?: Affinity["podAntiAffinity"];
  };
  priorityClassName?: string;
  imagePullSecrets?: { name: string }[];
  /** Of every object that the operator creates for the cluster. */
  inheritedMetadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  resources: PodResources;
  plugins?: PluginUse[];
}

export interface DatabaseSpec {
  name: string;
  owner: string;
  cluster: LocalObject;
  databaseReclaimPolicy: "retain";
  extensions: { name: string }[];
}

export interface ScheduledBackupSpec {
  schedule: string;
  immediate: boolean;
  backupOwnerReference: "self";
  method: "plugin";
  pluginConfiguration: { name: string };
  cluster: LocalObject;
  target: "prefer-standby";
}

interface SecretKey {
  name: pulumi.Input<string>;
  key: string;
}

export interface ObjectStoreSpec {
  retentionPolicy: string;
  configuration: {
    destinationPath: string;
    endpointURL: string;
    s3Credentials: { accessKeyId: SecretKey; secretAccessKey: SecretKey };
    wal: { compression: "gzip"; maxParallel: number };
    data: { compression: "gzip"; jobs: number };
  };
  instanceSidecarConfiguration: { env: { name: string; value: string }[]; resources?: PodResources };
}
