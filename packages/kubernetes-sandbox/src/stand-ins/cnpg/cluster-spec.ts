import type { KubeObject } from "../../kube-client.ts";

interface SecretKey {
  readonly name: string;
  readonly key: string;
}

export interface BackupCredentials {
  readonly s3Credentials?: Readonly<Record<string, SecretKey | boolean | undefined>>;
  readonly azureCredentials?: Readonly<Record<string, SecretKey | boolean | undefined>>;
  readonly googleCredentials?: { readonly applicationCredentials?: SecretKey };
  readonly endpointCA?: SecretKey;
}

interface Bootstrap {
  readonly database?: string;
  readonly owner?: string;
  readonly secret?: { readonly name: string };
  readonly source?: string;
}

export interface Storage {
  readonly size?: string;
  readonly storageClass?: string;
}

export interface Plugin {
  readonly name: string;
  readonly enabled?: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Terms of a pod's `podAffinity` or `podAntiAffinity`. */
interface PodTerms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly object[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly object[];
}

interface Affinity {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly object[];
  readonly nodeAffinity?: object;
  readonly additionalPodAffinity?: PodTerms;
  readonly additionalPodAntiAffinity?: PodTerms;
  readonly enablePodAntiAffinity?: boolean;
  readonly podAntiAffinityType?: string;
  readonly topologyKey?: string;
}

/** The fields of a Cluster's spec that are read. */
export interface ClusterSpec {
  readonly instances?: number;
  readonly imageName?: string;
  readonly imageCatalogRef?: { readonly kind: string; readonly name: string; readonly major: number };
  readonly bootstrap?: { readonly initdb?: Bootstrap; readonly recovery?: Bootstrap };
  readonly storage?: Storage;
  readonly walStorage?: Storage;
  readonly plugins?: readonly Plugin[];
  readonly externalClusters?: readonly { readonly name: string; readonly plugin?: Plugin }[];
  readonly postgresql?: { readonly synchronous?: { readonly number: number } };
  readonly minSyncReplicas?: number;
  readonly maxSyncReplicas?: number;
  readonly affinity?: Affinity;
  readonly resources?: object;
  readonly priorityClassName?: string;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly inheritedMetadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly superuserSecret?: { readonly name: string };
}

export interface PostgresCluster extends KubeObject {
  readonly spec: ClusterSpec;
}

/** The bootstrap method and the owner of the first database. */
export function bootstrapOf({ bootstrap }: ClusterSpec): {
  database: string;
  owner: string;
  secret?: string;
  source?: string;
} {
  const given: Bootstrap = bootstrap?.initdb ?? bootstrap?.recovery ?? {};
  const database = given.database ?? "app";
  return {
    database,
    owner: given.owner ?? database,
    ...(given.secret ? { secret: given.secret.name } : {}),
    ...(given.source ? { source: given.source } : {}),
  };
}

export const instancesOf = (spec: ClusterSpec): number => spec.instances ?? 1;
export const barmanPlugin = "barman-cloud.cloudnative-pg.io";
