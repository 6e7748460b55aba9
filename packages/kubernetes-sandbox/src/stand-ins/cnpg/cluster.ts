import { KubeError, type KubeObject } from "../../kube-client.ts";
import { objectPath } from "../../resources.ts";
import { mergeConditions, type Condition } from "../conditions.ts";
import { matches } from "../faults.ts";
import type { Context, Outcome, StandIn } from "../stand-in.ts";
import { instancesOf, type PostgresCluster } from "./cluster-spec.ts";
import { archiveProblems } from "./archives.ts";
import { certificateObjects } from "./certificates.ts";
import { missingForCluster } from "./missing.ts";
import { clusterObjects, instanceObjects } from "./objects.ts";
import { clusterRefusals } from "./refusals.ts";

export const healthy = "Cluster in healthy state";

const isReady = (pod: KubeObject) =>
  (pod.status?.conditions as Condition[] | undefined)?.some(
    ({ type, status }) => type === "Ready" && status === "True",
  ) ?? false;

/** The status of a cluster with these pods. `problems` keep it from becoming ready. */
export function clusterStatus(
  cluster: PostgresCluster,
  pods: readonly KubeObject[],
  problems: readonly string[],
  now: string,
) {
  const { name } = cluster.metadata;
  const wanted = instancesOf(cluster.spec);
  const ready = pods.filter(isReady).length;
  const good = problems.length === 0 && ready === wanted;
  const condition: Condition = good
    ? { type: "Ready", status: "True", reason: "ClusterIsReady", message: "Cluster is Ready" }
    : {
        type: "Ready",
        status: "False",
        reason: "ClusterIsNotReady",
        message: problems.join("; ") || "Cluster Is Not Ready",
      };
  const phase = good
    ? healthy
    : problems.length > 0
      ? "Unable to create required cluster objects"
      : "Setting up primary";
  const before = (cluster.status?.conditions ?? []) as Condition[];
  return {
    phase,
    phaseReason: problems.join("; "),
    instances: pods.length,
    readyInstances: ready,
    ...(pods.length > 0 ? { currentPrimary: `${name}-1`, targetPrimary: `${name}-1` } : {}),
    instanceNames: pods.map((pod) => pod.metadata.name).sort(),
    writeService: `${name}-rw`,
    readService: `${name}-r`,
    ...(cluster.spec.imageName ? { image: cluster.spec.imageName } : {}),
    conditions: mergeConditions(before, [condition], now),
  };
}

const podsOf = ({ metadata }: PostgresCluster, context: Context) =>
  context.world
    .list("Pod", metadata.namespace)
    .filter((pod) => pod.metadata.labels?.["cnpg.io/cluster"] === metadata.name && !pod.metadata.deletionTimestamp);

function storageOf(cluster: PostgresCluster, context: Context): { storage?: string; walStorage?: string } {
  const size = (name: string) =>
    context.world.get("PersistentVolumeClaim", cluster.metadata.namespace, name)?.spec.resources.requests.storage as
      string | undefined;
  const [storage, walStorage] = [size(`${cluster.metadata.name}-1`), size(`${cluster.metadata.name}-1-wal`)];
  return { ...(storage ? { storage } : {}), ...(walStorage ? { walStorage } : {}) };
}

async function bringAbout(cluster: PostgresCluster, context: Context): Promise<void> {
  const certificates = await certificateObjects(cluster, context.world);
  for (const { kind, object } of [...clusterObjects(cluster), ...certificates, ...instanceObjects(cluster)]) {
    await context.create(kind, object);
    if (kind !== "PersistentVolumeClaim") continue;
    const known = context.world.get(kind, object.metadata.namespace, object.metadata.name);
    const { requests } = object.spec.resources as { requests: { storage: string } };
    if (known && known.spec.resources.requests.storage !== requests.storage) {
      await context.patch(kind, known, { spec: { resources: { requests } } });
    }
  }
  const wanted = new Set(instanceObjects(cluster).map(({ object }) => object.metadata.name));
  for (const pod of podsOf(cluster, context).filter(({ metadata }) => !wanted.has(metadata.name))) {
    await context.client
      .request("DELETE", objectPath("Pod", pod.metadata.namespace, pod.metadata.name))
      .catch((error: unknown) => {
        if (!(error instanceof KubeError && error.code === 404)) throw error;
      });
  }
}

const missingToBegin = (cluster: PostgresCluster, { world }: Context): string[] => [
  ...missingForCluster(cluster, world),
  ...archiveProblems(cluster, world),
];

async function reconcile(object: KubeObject, context: Context): Promise<Outcome | undefined> {
  const cluster = object as PostgresCluster;
  if (cluster.metadata.deletionTimestamp) return;
  if (matches(context.faults(cluster.metadata.namespace).stall, [cluster.metadata.name])) return { waiting: true };
  const refusals = clusterRefusals(cluster.spec, storageOf(cluster, context));
  const pods = podsOf(cluster, context);
  // Objects that are only needed for the start may be deleted later.
  const begun = pods.length > 0;
  const problems = [...refusals, ...(begun ? [] : missingToBegin(cluster, context))];
  if (problems.length === 0) await bringAbout(cluster, context);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const status = clusterStatus(cluster, podsOf(cluster, context), problems, now);
  const changed = Object.entries(status).some(
    ([key, value]) => JSON.stringify(cluster.status?.[key]) !== JSON.stringify(value),
  );
  if (changed) {
    await context.patch("Cluster", cluster, { status }, "status");
    const { namespace, name } = cluster.metadata;
    if (status.phase === healthy && cluster.status?.phase !== healthy) {
      context.journal.write({ event: "ready", kind: "Cluster", namespace: namespace!, name });
    }
    if (problems.length > 0) await context.event(cluster, "Warning", "Refused", problems.join("; "));
  }
  return { waiting: true };
}

/** Simulates the CloudNativePG operator for Clusters. */
export const postgresClusters: StandIn = {
  name: "cnpg-cluster",
  kind: "Cluster",
  wakes: ["Pod", "Secret", "ObjectStore", "Backup", "StorageClass", "PersistentVolumeClaim"],
  reconcile,
};
