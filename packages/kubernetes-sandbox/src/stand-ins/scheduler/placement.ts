import type { KubeObject } from "../../kube-client.ts";
import { matchesExpressions, matchesSelector, type Expression, type LabelSelector } from "../selectors.ts";
import type { Lookup } from "../world.ts";

interface AffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey: string;
}

/** The node for a pod, or the reason why there is none yet. */
export type Placement = { readonly node: string; readonly claims: readonly KubeObject[] } | { readonly reason: string };

interface ClaimCheck {
  /** Claims that are bound only once a node is chosen. */
  readonly open: KubeObject[];
  readonly reason?: string;
}

function checkClaims(pod: KubeObject, lookup: Lookup): ClaimCheck {
  const open: KubeObject[] = [];
  for (const volume of (pod.spec.volumes ?? []) as { persistentVolumeClaim?: { claimName: string } }[]) {
    const name = volume.persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const claim = lookup.get("PersistentVolumeClaim", pod.metadata.namespace, name);
    if (!claim) return { open, reason: `persistentvolumeclaim "${name}" not found` };
    if (claim.metadata.deletionTimestamp) return { open, reason: `persistentvolumeclaim "${name}" is being deleted` };
    if (claim.status?.phase === "Bound") continue;
    const className = claim.spec.storageClassName as string | undefined;
    const storageClass = className ? lookup.get("StorageClass", undefined, className) : undefined;
    if (!storageClass)
      return { open, reason: `pod has unbound immediate PersistentVolumeClaims: ${name} (no such storage class)` };
    if (storageClass.volumeBindingMode !== "WaitForFirstConsumer") {
      return { open, reason: `pod has unbound immediate PersistentVolumeClaims: ${name}` };
    }
    open.push(claim);
  }
  return { open };
}

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

function tolerates(pod: KubeObject, node: KubeObject): boolean {
  const taints = (node.spec?.taints ?? []) as { key: string; value?: string; effect: string }[];
  const tolerations = (pod.spec.tolerations ?? []) as Toleration[];
  return taints
    .filter(({ effect }) => effect !== "PreferNoSchedule")
    .every((taint) =>
      tolerations.some(
        ({ key, operator = "Equal", value = "", effect }) =>
          (key === undefined || key === taint.key) &&
          (effect === undefined || effect === taint.effect) &&
          (operator === "Exists" || value === (taint.value ?? "")),
      ),
    );
}

function selects(pod: KubeObject, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  if (!matchesSelector({ matchLabels: pod.spec.nodeSelector ?? {} }, labels)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms as { matchExpressions?: Expression[] }[] | undefined;
  return !terms || terms.some(({ matchExpressions }) => matchesExpressions(matchExpressions ?? [], labels));
}

/** Whether a term selects a pod in the node's topology domain. */
function meets(pod: KubeObject, term: AffinityTerm, node: KubeObject, placed: readonly Placed[]): boolean {
  const place = node.metadata.labels?.[term.topologyKey];
  const namespaces = term.namespaces ?? [pod.metadata.namespace!];
  return placed.some(
    (other) =>
      place !== undefined &&
      other.node.metadata.labels?.[term.topologyKey] === place &&
      namespaces.includes(other.pod.metadata.namespace!) &&
      matchesSelector(term.labelSelector, other.pod.metadata.labels ?? {}),
  );
}

interface Placed {
  readonly pod: KubeObject;
  readonly node: KubeObject;
}

const terms = (pod: KubeObject, kind: "podAffinity" | "podAntiAffinity") =>
  (pod.spec.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? []) as AffinityTerm[];

/** Chooses, among the nodes that meet the pod's requirements, the one with the fewest pods. */
export function choosePlacement(
  pod: KubeObject,
  lookup: Lookup,
  assumed: ReadonlyMap<string, string> = new Map(),
): Placement {
  const claims = checkClaims(pod, lookup);
  if (claims.reason !== undefined) return { reason: claims.reason };
  const nodes = lookup.list("Node").sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const placed: Placed[] = [];
  for (const other of lookup.list("Pod")) {
    const name = (other.spec.nodeName as string | undefined) ?? assumed.get(other.metadata.uid!);
    const node = nodes.find((candidate) => candidate.metadata.name === name);
    const over = other.status?.phase === "Succeeded" || other.status?.phase === "Failed";
    if (node && !over && other.metadata.uid !== pod.metadata.uid) placed.push({ pod: other, node });
  }
  const refusals = new Map<string, number>();
  const refuse = (why: string) => void refusals.set(why, (refusals.get(why) ?? 0) + 1);
  const fitting = nodes.filter((node) => {
    if (node.spec?.unschedulable) return refuse("node(s) were unschedulable");
    if (!selects(pod, node)) return refuse("node(s) didn't match Pod's node affinity/selector");
    if (!tolerates(pod, node)) return refuse("node(s) had untolerated taint(s)");
    if (terms(pod, "podAntiAffinity").some((term) => meets(pod, term, node, placed))) {
      return refuse("node(s) didn't match pod anti-affinity rules");
    }
    // Otherwise the first pod of a group with affinity to itself would never start.
    const alone = (term: AffinityTerm) =>
      matchesSelector(term.labelSelector, pod.metadata.labels ?? {}) &&
      !nodes.some((any) => meets(pod, term, any, placed));
    if (!terms(pod, "podAffinity").every((term) => meets(pod, term, node, placed) || alone(term))) {
      return refuse("node(s) didn't match pod affinity rules");
    }
    return true;
  });
  if (fitting.length === 0) {
    const why = [...refusals].map(([text, count]) => `${count} ${text}`).join(", ");
    return { reason: `0/${nodes.length} nodes are available: ${why || "no nodes"}.` };
  }
  const load = (node: KubeObject) => placed.filter((other) => other.node === node).length;
  const [best] = fitting.sort((a, b) => load(a) - load(b));
  return { node: best!.metadata.name, claims: claims.open };
}
