import { isKind, kindOf, nameOf, sameNamespace, specOf } from "./kubernetes.ts";
import type { Resource, Value } from "./resource.ts";

/** Minimum and maximum number of pods, including autoscaling. */
export function replicasOf(
  workload: Resource,
  resources: readonly Resource[],
): { least: number; most: number; scaler?: Resource } {
  const own = numberOr(specOf(workload)["replicas"], 1);
  const scaler = resources.find(
    (resource) =>
      isKind(resource, "HorizontalPodAutoscaler", "ScaledObject") &&
      sameNamespace(resource, workload) &&
      scales(specOf(resource)["scaleTargetRef"], workload),
  );
  if (scaler === undefined) return { least: own, most: own };
  const { minReplicas, maxReplicas, minReplicaCount, maxReplicaCount } = specOf(scaler);
  const isKeda = kindOf(scaler) === "ScaledObject";
  return {
    least: isKeda ? numberOr(minReplicaCount, 0) : numberOr(minReplicas, 1),
    // KEDA's default.
    most: isKeda ? numberOr(maxReplicaCount, 100) : numberOr(maxReplicas, own),
    scaler,
  };
}

function scales(target: Value, workload: Resource): boolean {
  return target?.["name"] === nameOf(workload) && (target?.["kind"] ?? "Deployment") === kindOf(workload);
}

export function numberOr(value: Value, otherwise: number): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : (value as number);
  return Number.isFinite(number) ? number : otherwise;
}
