import { metadata, pluck } from "../objects.ts";
import { podProblems } from "./pods.ts";
import type { Awaiter, Observation, Verdict } from "./types.ts";

/** A StatefulSet is ready when all replicas are, and all of one revision. */
export function judgeStatefulSet({ object, written, related }: Observation): Verdict {
  if (!object) return { ready: false, status: "Waiting for the StatefulSet to exist", reasons: [] };
  const generation: number = metadata(object)["generation"] ?? 0;
  const status = pluck(object, "status") ?? {};
  // Counts from before the change are stale.
  if (generation < metadata(written)["generation"] || (status.observedGeneration ?? 0) < generation) {
    return { ready: false, status: "Waiting for the StatefulSet controller", reasons: [] };
  }
  const wanted: number = pluck(object, "spec", "replicas") ?? 0;
  const {
    replicas = 0,
    readyReplicas = 0,
    currentReplicas = 0,
    updatedReplicas = 0,
    currentRevision = "",
    updateRevision = "",
  } = status;
  const byHand = generation > 1 && pluck(object, "spec", "updateStrategy", "type") === "OnDelete";
  const isOneRevision = byHand || (currentRevision !== "" && currentRevision === updateRevision);
  const isFull = wanted === replicas && wanted === readyReplicas && (byHand || wanted === currentReplicas);
  if (isOneRevision && isFull) return { ready: true, status: "StatefulSet initialization complete", reasons: [] };

  const count = isOneRevision ? readyReplicas : Math.min(readyReplicas, updatedReplicas);
  const reasons: string[] = [];
  if (!isFull) reasons.push(`${count} out of ${wanted} replicas succeeded readiness checks`);
  if (!isOneRevision) {
    reasons.push(
      `StatefulSet controller failed to advance from revision "${currentRevision}" to revision "${updateRevision}"`,
    );
  }
  const step =
    generation <= 1
      ? `[1/2] Waiting for StatefulSet to create Pods (${count}/${wanted} Pods ready)`
      : isFull
        ? "[2/3] Waiting for StatefulSet to update .status.currentRevision"
        : `[1/3] Waiting for StatefulSet update to roll out (${count}/${wanted} Pods ready)`;
  return { ready: false, status: step, reasons: [...reasons, ...podProblems(related["Pod"], object)] };
}

export const statefulSetAwaiter: Awaiter = { related: [{ apiVersion: "v1", kind: "Pod" }], judge: judgeStatefulSet };
