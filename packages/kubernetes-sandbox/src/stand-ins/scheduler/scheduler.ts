import { KubeError, type KubeObject } from "../../kube-client.ts";
import { objectPath } from "../../resources.ts";
import { mergeConditions, type Condition } from "../conditions.ts";
import type { Context, Outcome, StandIn } from "../stand-in.ts";
import { choosePlacement } from "./placement.ts";

/** Placements that the watch has not confirmed yet, so that two pods do not take the same last place. */
const assumed = new Map<string, string>();

async function refuse(pod: KubeObject, reason: string, context: Context): Promise<Outcome> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const before = (pod.status?.conditions ?? []) as Condition[];
  const previous = before.find(({ type }) => type === "PodScheduled");
  if (previous?.status !== "False" || previous.message !== reason) {
    const condition: Condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: reason };
    await context.patch("Pod", pod, { status: { conditions: mergeConditions(before, [condition], now) } }, "status");
    await context.event(pod, "Warning", "FailedScheduling", reason);
  }
  return { waiting: true };
}

async function bind(pod: KubeObject, node: string, { client }: Context): Promise<void> {
  const { namespace, name } = pod.metadata;
  const target = { apiVersion: "v1", kind: "Node", name: node };
  try {
    const binding = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace }, target };
    await client.request("POST", `${objectPath("Pod", namespace, name)}/binding`, binding);
  } catch (error) {
    assumed.delete(pod.metadata.uid!);
    // The pod is deleted or already bound; the watch reports both.
    if (!(error instanceof KubeError && (error.code === 404 || error.code === 409))) throw error;
  }
}

async function reconcile(pod: KubeObject, context: Context): Promise<Outcome | undefined> {
  const { uid } = pod.metadata;
  if (pod.spec.nodeName || pod.metadata.deletionTimestamp) {
    assumed.delete(uid!);
    return;
  }
  if (pod.spec.schedulingGates?.length || assumed.has(uid!)) return;
  if (pod.spec.schedulerName !== undefined && pod.spec.schedulerName !== "default-scheduler") return;
  const placement = choosePlacement(pod, context.world, assumed);
  if ("reason" in placement) return refuse(pod, placement.reason, context);
  if (placement.claims.length > 0) {
    // The provisioner waits for this annotation, and the pod for the volume.
    for (const claim of placement.claims) {
      if (claim.metadata.annotations?.["volume.kubernetes.io/selected-node"]) continue;
      const annotations = { "volume.kubernetes.io/selected-node": placement.node };
      await context.patch("PersistentVolumeClaim", claim, { metadata: { annotations } });
    }
    return { waiting: true };
  }
  assumed.set(uid!, placement.node);
  await bind(pod, placement.node, context);
  return undefined;
}

/** Assigns pods to nodes. */
export const scheduler: StandIn = {
  name: "scheduler",
  kind: "Pod",
  wakes: ["Node", "Pod", "PersistentVolumeClaim", "StorageClass"],
  reconcile,
};
