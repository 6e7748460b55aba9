import { randomBytes } from "node:crypto";
import type { KubeObject, OwnerReference } from "../../kube-client.ts";
import type { Kind } from "../../resources.ts";
import { bootstrapOf, instancesOf, type PostgresCluster, type Storage } from "./cluster-spec.ts";

export interface Made {
  readonly kind: Kind;
  readonly object: KubeObject;
}

/** Makes the cluster the owner of an object, so that both are deleted together. */
export function ownedBy(owner: KubeObject): OwnerReference[] {
  const { name, uid } = owner.metadata;
  return [
    { apiVersion: owner.apiVersion!, kind: owner.kind!, name, uid: uid!, controller: true, blockOwnerDeletion: true },
  ];
}

function appSecret(cluster: PostgresCluster): Record<string, string> {
  const { name, namespace } = cluster.metadata;
  const { database, owner } = bootstrapOf(cluster.spec);
  const password = randomBytes(32).toString("base64url");
  const host = `${name}-rw`;
  const uri = (at: string) => `postgresql://${owner}:${password}@${at}:5432/${database}`;
  const jdbc = (at: string) => `jdbc:postgresql://${at}:5432/${database}?password=${password}&user=${owner}`;
  const [short, full] = [`${host}.${namespace}`, `${host}.${namespace}.svc.cluster.local`];
  return {
    username: owner,
    user: owner,
    password,
    dbname: database,
    host,
    port: "5432",
    pgpass: `${host}:5432:${database}:${owner}:${password}\n`,
    uri: uri(short),
    "jdbc-uri": jdbc(short),
    "fqdn-uri": uri(full),
    "fqdn-jdbc-uri": jdbc(full),
  };
}

/** Services and secrets of a cluster, except its certificates. */
export function clusterObjects(cluster: PostgresCluster): Made[] {
  const { name, namespace } = cluster.metadata;
  const meta = (suffix: string) => ({
    name: `${name}-${suffix}`,
    namespace: namespace!,
    labels: { "cnpg.io/cluster": name },
    ownerReferences: ownedBy(cluster),
  });
  const service = (suffix: string, selector: Record<string, string>): Made => ({
    kind: "Service",
    object: {
      metadata: meta(suffix),
      spec: {
        selector: { "cnpg.io/cluster": name, ...selector },
        ports: [{ name: "postgres", port: 5432, targetPort: 5432 }],
      },
    },
  });
  const secret = (suffix: string, type: string, stringData: Record<string, string>): Made => ({
    kind: "Secret",
    object: { metadata: meta(suffix), type, stringData },
  });
  return [
    service("rw", { "cnpg.io/instanceRole": "primary" }),
    service("ro", { "cnpg.io/instanceRole": "replica" }),
    service("r", { "cnpg.io/podRole": "instance" }),
    ...(bootstrapOf(cluster.spec).secret === undefined
      ? [secret("app", "kubernetes.io/basic-auth", appSecret(cluster))]
      : []),
    {
      kind: "ServiceAccount",
      object: { metadata: { ...meta("x"), name } },
    },
  ];
}

function claim(cluster: PostgresCluster, name: string, role: string, storage: Storage): Made {
  return {
    kind: "PersistentVolumeClaim",
    object: {
      metadata: {
        name,
        namespace: cluster.metadata.namespace!,
        labels: { "cnpg.io/cluster": cluster.metadata.name, "cnpg.io/pvcRole": role },
        ownerReferences: ownedBy(cluster),
      },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: storage.size ?? "1Gi" } },
        ...(storage.storageClass ? { storageClassName: storage.storageClass } : {}),
      },
    },
  };
}

/** Claims and pods of the instances; the kubelet stand-in starts them like any other pod. */
export function instanceObjects(cluster: PostgresCluster): Made[] {
  const { spec } = cluster;
  const { name, namespace } = cluster.metadata;
  return Array.from({ length: instancesOf(spec) }, (_, index) => `${name}-${index + 1}`).flatMap((instance, index) => {
    const role = index === 0 ? "primary" : "replica";
    const labels = {
      ...spec.inheritedMetadata?.labels,
      "cnpg.io/cluster": name,
      "cnpg.io/instanceName": instance,
      "cnpg.io/podRole": "instance",
      "cnpg.io/instanceRole": role,
      role,
    };
    const volumes = [
      { name: "pgdata", persistentVolumeClaim: { claimName: instance } },
      ...(spec.walStorage ? [{ name: "pg-wal", persistentVolumeClaim: { claimName: `${instance}-wal` } }] : []),
    ];
    const container = {
      name: "postgres",
      image: spec.imageName ?? "ghcr.io/cloudnative-pg/postgresql:18",
      command: ["/controller/manager", "instance", "run"],
      ports: [
        { name: "postgresql", containerPort: 5432 },
        { name: "metrics", containerPort: 9187 },
      ],
      env: [
        { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
        { name: "CLUSTER_NAME", value: name },
        { name: "POD_NAME", value: instance },
      ],
      volumeMounts: volumes.map((volume) => ({ name: volume.name, mountPath: `/var/lib/postgresql/${volume.name}` })),
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      },
      ...(spec.resources && { resources: spec.resources }),
    };
    const security = {
      runAsNonRoot: true,
      runAsUser: 26,
      runAsGroup: 26,
      fsGroup: 26,
      seccompProfile: { type: "RuntimeDefault" },
    };
    const pod: KubeObject = {
      metadata: {
        name: instance,
        namespace: namespace!,
        labels,
        ...(spec.inheritedMetadata?.annotations && { annotations: { ...spec.inheritedMetadata.annotations } }),
        ownerReferences: ownedBy(cluster),
      },
      spec: {
        containers: [container],
        volumes,
        serviceAccountName: name,
        securityContext: security,
        ...placement(cluster),
      },
    };
    return [
      claim(cluster, instance, "PG_DATA", spec.storage ?? {}),
      ...(spec.walStorage ? [claim(cluster, `${instance}-wal`, "PG_WAL", spec.walStorage)] : []),
      { kind: "Pod" as const, object: pod },
    ];
  });
}

/** The operator's own rule joins the additional ones. */
function placement(cluster: PostgresCluster): object {
  const { affinity = {}, priorityClassName, imagePullSecrets } = cluster.spec;
  const { nodeSelector, tolerations, nodeAffinity, additionalPodAffinity, additionalPodAntiAffinity } = affinity;
  const { enablePodAntiAffinity, podAntiAffinityType, topologyKey } = affinity;
  const term = {
    labelSelector: { matchLabels: { "cnpg.io/cluster": cluster.metadata.name, "cnpg.io/podRole": "instance" } },
    topologyKey: topologyKey ?? "kubernetes.io/hostname",
  };
  const required = enablePodAntiAffinity !== false && podAntiAffinityType === "required";
  return {
    ...(nodeSelector ? { nodeSelector } : {}),
    ...(tolerations ? { tolerations } : {}),
    ...(priorityClassName ? { priorityClassName } : {}),
    ...(imagePullSecrets ? { imagePullSecrets } : {}),
    affinity: {
      ...(nodeAffinity && { nodeAffinity }),
      ...(additionalPodAffinity && { podAffinity: additionalPodAffinity }),
      podAntiAffinity: {
        ...additionalPodAntiAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: [
          ...(additionalPodAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
          ...(required ? [term] : []),
        ],
      },
    },
  };
}
