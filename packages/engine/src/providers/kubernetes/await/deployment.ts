import type { Props } from "../../../values.ts";
import { annotation, isOwnedBy, metadata, nameOf, pluck, type KubeObject } from "../objects.ts";
import { podProblems } from "./pods.ts";
import type { Awaiter, Observation, Verdict } from "./types.ts";

const revisionAnnotation = "deployment.kubernetes.io/revision";
const givenUp = "ProgressDeadlineExceeded";

const waiting = (status: string, reasons: string[] = []): Verdict => ({ ready: false, status, reasons });

/** A Deployment is ready when the ReplicaSet of its current revision is, and its volume claims are bound. */
export function judgeDeployment(observation: Observation): Verdict {
  const { object, written, related } = observation;
  if (!object) return waiting("Waiting for the Deployment to exist");
  const generation = metadata(object)["generation"];
  if (generation < metadata(written)["generation"] || pluck(object, "status", "observedGeneration") !== generation) {
    return waiting("Waiting for the Deployment controller");
  }
  const revision = annotation(object, revisionAnnotation);
  const replicaSet = (related["ReplicaSet"] ?? []).find(
    (item) => annotation(item, revisionAnnotation) === revision && isOwnedBy(item, object),
  );
  if (revision === undefined || !replicaSet) return waiting("Waiting for a ReplicaSet to be created");

  const conditions: Props[] = pluck(object, "status", "conditions") ?? [];
  const find = (type: string) => conditions.find((item) => item["type"] === type);
  const [progressing, available] = [find("Progressing"), find("Available")];
  const reasons = [progressing, available]
    .filter((item) => item && item["status"] !== "True" && item["reason"] && item["message"])
    .map((item) => `[${item?.["reason"]}] ${item?.["message"]}`);

  const wanted: number = pluck(replicaSet, "spec", "replicas") ?? 1;
  const running: number = pluck(replicaSet, "status", "readyReplicas") ?? 0;
  const isAvailable = available?.["status"] === "True";
  // The first revision is created, not rolled out.
  const isFirst = revision === "1";
  const isRolledOut =
    isFirst || (progressing?.["status"] === "True" && progressing["reason"] === "NewReplicaSetAvailable");
  const unbound = unboundClaims(object, related["PersistentVolumeClaim"] ?? []);
  if (isAvailable && isRolledOut && running >= wanted && unbound.length === 0) {
    return { ready: true, status: "Deployment initialization complete", reasons: [] };
  }

  if (unbound.length > 0) reasons.push(`Failed to bind PersistentVolumeClaim(s): "${unbound.join(",")}"`);
  if (!isAvailable) reasons.push("Minimum number of live Pods was not attained");
  else if (!isRolledOut || (isFirst && running < wanted)) {
    reasons.push("Minimum number of Pods to consider the application live was not attained");
  } else if (running < wanted) {
    reasons.push("Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live");
  }
  reasons.push(...podProblems(related["Pod"], replicaSet));
  // The real provider waits until its time limit, but only a new rollout can succeed from here.
  const failed = progressing?.["status"] === "False" && progressing["reason"] === givenUp;
  return {
    ready: false,
    failed,
    status: `Waiting for app ReplicaSet to be available (${running}/${wanted} Pods available)`,
    reasons,
  };
}

function unboundClaims(deployment: KubeObject, claims: KubeObject[]): string[] {
  const volumes: Props[] = pluck(deployment, "spec", "template", "spec", "volumes") ?? [];
  const names = volumes.map((volume) => pluck(volume, "persistentVolumeClaim", "claimName"));
  return claims
    .map(nameOf)
    .filter((name, index) => names.includes(name) && pluck(claims[index], "status", "phase") !== "Bound");
}

export const deploymentAwaiter: Awaiter = {
  related: [
    { apiVersion: "apps/v1", kind: "ReplicaSet" },
    { apiVersion: "v1", kind: "Pod" },
    { apiVersion: "v1", kind: "PersistentVolumeClaim" },
  ],
  judge: judgeDeployment,
};
