/** The API path of each kind that the sandbox reads or writes: group and version, then the plural. */
const namespaced = {
  Pod: ["/api/v1", "pods"],
  Secret: ["/api/v1", "secrets"],
  ConfigMap: ["/api/v1", "configmaps"],
  Service: ["/api/v1", "services"],
  ServiceAccount: ["/api/v1", "serviceaccounts"],
  PersistentVolumeClaim: ["/api/v1", "persistentvolumeclaims"],
  Event: ["/api/v1", "events"],
  ReplicaSet: ["/apis/apps/v1", "replicasets"],
  Deployment: ["/apis/apps/v1", "deployments"],
  StatefulSet: ["/apis/apps/v1", "statefulsets"],
  Job: ["/apis/batch/v1", "jobs"],
  EndpointSlice: ["/apis/discovery.k8s.io/v1", "endpointslices"],
  Lease: ["/apis/coordination.k8s.io/v1", "leases"],
  Ingress: ["/apis/networking.k8s.io/v1", "ingresses"],
  PodDisruptionBudget: ["/apis/policy/v1", "poddisruptionbudgets"],
} as const;

/** Kinds that exist only after their CRD is applied. */
const custom = {
  Cluster: ["/apis/postgresql.cnpg.io/v1", "clusters"],
  Database: ["/apis/postgresql.cnpg.io/v1", "databases"],
  Backup: ["/apis/postgresql.cnpg.io/v1", "backups"],
  ScheduledBackup: ["/apis/postgresql.cnpg.io/v1", "scheduledbackups"],
  Pooler: ["/apis/postgresql.cnpg.io/v1", "poolers"],
  ObjectStore: ["/apis/barmancloud.cnpg.io/v1", "objectstores"],
  Certificate: ["/apis/cert-manager.io/v1", "certificates"],
  HTTPRoute: ["/apis/gateway.networking.k8s.io/v1", "httproutes"],
  Gateway: ["/apis/gateway.networking.k8s.io/v1", "gateways"],
  ExternalSecret: ["/apis/external-secrets.io/v1", "externalsecrets"],
  SecretStore: ["/apis/external-secrets.io/v1", "secretstores"],
} as const;

const clusterWideCustom = {
  ClusterIssuer: ["/apis/cert-manager.io/v1", "clusterissuers"],
  ClusterSecretStore: ["/apis/external-secrets.io/v1", "clustersecretstores"],
} as const;

const clusterWide = {
  Node: ["/api/v1", "nodes"],
  Namespace: ["/api/v1", "namespaces"],
  PersistentVolume: ["/api/v1", "persistentvolumes"],
  StorageClass: ["/apis/storage.k8s.io/v1", "storageclasses"],
  IngressClass: ["/apis/networking.k8s.io/v1", "ingressclasses"],
  CustomResourceDefinition: ["/apis/apiextensions.k8s.io/v1", "customresourcedefinitions"],
} as const;

const places: Readonly<Record<string, readonly [string, string]>> = {
  ...namespaced,
  ...custom,
  ...clusterWide,
  ...clusterWideCustom,
};

export type CustomKind = keyof typeof custom | keyof typeof clusterWideCustom;
export type Kind = keyof typeof namespaced | CustomKind | keyof typeof clusterWide;

export const kinds = Object.keys(places) as Kind[];
export const customKinds = [...Object.keys(custom), ...Object.keys(clusterWideCustom)] as CustomKind[];

/** The group and version of a kind, as objects write it: `apps/v1`, `v1`. */
export function apiVersionOf(kind: Kind): string {
  return places[kind]![0].replace(/^\/apis?\//, "");
}

/** The path of all objects of a kind, in one or all namespaces. */
export function collectionPath(kind: Kind, namespace?: string): string {
  const [base, plural] = places[kind]!;
  return namespace === undefined || kind in clusterWide || kind in clusterWideCustom
    ? `${base}/${plural}`
    : `${base}/namespaces/${namespace}/${plural}`;
}

/** The path of one object. */
export function objectPath(kind: Kind, namespace: string | undefined, name: string): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

/** The CRD of a custom kind, such as `clusters.postgresql.cnpg.io`. */
export function definitionOf(kind: CustomKind): string {
  const [base, plural] = places[kind]!;
  return `${plural}.${base.split("/")[2]}`;
}
