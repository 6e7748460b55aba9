import { isDeepStrictEqual } from "node:util";
import { KubeError, type KubeObject } from "../../kube-client.ts";
import { objectPath } from "../../resources.ts";
import { mergeConditions, type Condition } from "../conditions.ts";
import { nodeAddress } from "../nodes.ts";
import type { Context, Outcome, StandIn } from "../stand-in.ts";
import { topOwner, type Lookup } from "../world.ts";
import { containerStart } from "./container-start.ts";
import { missingForContainer, missingForPod } from "./missing.ts";
import type { Pod, Problem } from "./pod.ts";
import { createPodClock } from "./pod-clock.ts";
import { faultsFor, nextStep, type Step } from "./status.ts";

const clock = createPodClock();
const addresses = new Map<string, string>();
let lastAddress = 0;

/** A unique address for a pod. */
function addressFor(pod: Pod, world: Lookup): string {
  const known = (pod.status?.podIP as string | undefined) ?? addresses.get(pod.metadata.uid!);
  if (known) return known;
  const taken = new Set([
    ...world.list("Pod").map((other) => other.status?.podIP as string | undefined),
    ...addresses.values(),
  ]);
  let address: string;
  do {
    lastAddress = (lastAddress % 65_000) + 1;
    address = `10.99.${lastAddress >> 8}.${lastAddress & 255}`;
  } while (taken.has(address));
  addresses.set(pod.metadata.uid!, address);
  return address;
}

async function end(pod: Pod, { client }: Context): Promise<undefined> {
  addresses.delete(pod.metadata.uid!);
  clock.forget(pod);
  // At grace period 0 the kubelet's part is done; a finalizer keeps the pod.
  if (pod.metadata.deletionGracePeriodSeconds === 0) return;
  const path = objectPath("Pod", pod.metadata.namespace, pod.metadata.name);
  try {
    await client.request("DELETE", path, {
      apiVersion: "v1",
      kind: "DeleteOptions",
      gracePeriodSeconds: 0,
      preconditions: { uid: pod.metadata.uid },
    });
  } catch (error) {
    if (!(error instanceof KubeError && (error.code === 404 || error.code === 409))) throw error;
  }
}

/** The pod conditions after a step. */
function podConditions(pod: Pod, step: Step): Condition[] {
  const over = step.phase === "Succeeded" || step.phase === "Failed";
  const reason =
    step.phase === "Succeeded" ? "PodCompleted" : step.phase === "Failed" ? "PodFailed" : "ContainersNotReady";
  const notReady = step.statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const ready = !over && notReady.length === 0;
  const present = (pod.status?.conditions ?? []) as Condition[];
  const gates = (pod.spec.readinessGates ?? []).every(({ conditionType }) =>
    present.some(({ type, status }) => type === conditionType && status === "True"),
  );
  const observedGeneration = pod.metadata.generation ?? 1;
  const condition = (type: string, is: boolean, why: string, message?: string): Condition => ({
    type,
    status: is ? "True" : "False",
    observedGeneration,
    ...(is ? {} : { reason: why, ...(message ? { message } : {}) }),
  });
  const message = over ? undefined : `containers with unready status: [${notReady.join(" ")}]`;
  return [
    condition("PodScheduled", true, ""),
    condition("Initialized", step.initialized || step.phase === "Succeeded", "ContainersNotInitialized"),
    condition("ContainersReady", ready, reason, message),
    condition("Ready", ready && gates, ready ? "ReadinessGatesNotReady" : reason, message),
  ];
}

async function tellProblems(pod: Pod, problems: readonly Problem[], context: Context): Promise<void> {
  if (problems.length === 0) return;
  const mount = problems[0]!.reason === "ContainerCreating";
  const message = problems.map((problem) => problem.message).join("; ");
  await context.event(pod, "Warning", mount ? "FailedMount" : "Failed", mount ? message : `Error: ${message}`);
}

/** Whether an owner is not yet in the cache; without it the journal would contain the wrong owner. */
function ownerUnseen(pod: Pod, world: Lookup): boolean {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind !== "ReplicaSet" && owner?.kind !== "Job") return false;
  const young = Date.now() - Date.parse(pod.metadata.creationTimestamp!) < 5_000;
  return young && !world.get(owner.kind, pod.metadata.namespace, owner.name);
}

async function reconcile(object: KubeObject, context: Context): Promise<Outcome | undefined> {
  const pod = object as Pod;
  const { world, journal } = context;
  if (pod.metadata.deletionTimestamp) return end(pod, context);
  if (!pod.spec.nodeName || pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return;
  if (ownerUnseen(pod, world)) return { againMs: 20 };

  const { namespace, name } = pod.metadata;
  const owner = topOwner(pod, world);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const finite = (pod.spec.restartPolicy ?? "Always") !== "Always";
  // A started container keeps its configuration, whatever happens to the objects behind it.
  const started = pod.status?.containerStatuses?.some((status: { started?: boolean }) => status.started) as
    boolean | undefined;
  const podProblems = started ? [] : missingForPod(pod, world);
  const blocked: Problem[] = [...podProblems];
  const step = nextStep({
    pod,
    podProblems,
    containerProblems: (container) => {
      const problems = missingForContainer(pod, container, world);
      blocked.push(...problems);
      return problems;
    },
    faults: faultsFor(context.faults(namespace), [name, owner.name], finite),
    sinceMs: (container) => clock.sinceMs(pod, container),
    now,
  });

  const address = addressFor(pod, world);
  const host = nodeAddress(Number(/\d+$/.exec(pod.spec.nodeName)?.[0] ?? 1));
  const before = pod.status ?? {};
  const status = {
    phase: step.phase,
    conditions: mergeConditions((before.conditions ?? []) as Condition[], podConditions(pod, step), now),
    containerStatuses: step.statuses,
    ...(pod.spec.initContainers ? { initContainerStatuses: step.initStatuses } : {}),
    hostIP: host,
    hostIPs: [{ ip: host }],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: (before.startTime as string | undefined) ?? now,
  };
  for (const container of step.starts) {
    journal.write(containerStart({ ...pod, status: { ...before, ...status } }, container, owner, world));
  }
  const same = Object.entries(status).every(([key, value]) => isDeepStrictEqual(before[key], value));
  if (!same) {
    clock.note(pod, [...step.initStatuses, ...step.statuses]);
    await context.patch("Pod", pod, { status }, "status");
    const isReady = (conditions: Condition[] = []) =>
      conditions.some(({ type, status }) => type === "Ready" && status === "True");
    const entry = { kind: "Pod", namespace: namespace!, name, owner };
    if (isReady(status.conditions) && !isReady(before.conditions as Condition[]))
      journal.write({ event: "ready", ...entry });
    if (step.phase === "Succeeded" || step.phase === "Failed")
      journal.write({ event: "finish", ...entry, phase: step.phase });
  }
  await tellProblems(pod, blocked, context);
  return { waiting: blocked.length > 0, againMs: step.againMs };
}

/** Starts scheduled pods when all their references exist, and terminates deleted pods. */
export const kubelet: StandIn = {
  name: "kubelet",
  kind: "Pod",
  wakes: ["Secret", "ConfigMap", "PersistentVolumeClaim", "ServiceAccount"],
  reads: ["Service", "ReplicaSet", "Job"],
  reconcile,
};
