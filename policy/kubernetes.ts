import { entriesOf, isObject, listOf, textOf, type Props, type Resource, type Value } from "./resource.ts";

/** Matches by kind, regardless of the API version. */
export function isKind(resource: Resource, ...kinds: string[]): boolean {
  return resource.type.startsWith("kubernetes:") && kinds.includes(kindOf(resource));
}

/** Whether the resource is a CloudNativePG cluster. */
export function isDatabase({ type }: Resource): boolean {
  return /^kubernetes:postgresql\.cnpg\.io\/\w+:Cluster$/.test(type);
}

export function kindOf({ type }: Resource): string {
  return type.split(":").at(-1) ?? "";
}

export function isObjectOfKubernetes({ type }: Resource): boolean {
  return type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/");
}

export const nameOf = ({ props }: Resource): string | undefined => textOf(props["metadata"]?.["name"]);
export const namespaceOf = ({ props }: Resource): string | undefined => textOf(props["metadata"]?.["namespace"]);
export const specOf = ({ props }: Resource): Props => (isObject(props["spec"]) ? props["spec"] : {});

export const longRunning = ["Deployment", "StatefulSet", "DaemonSet"];

const workloads = [...longRunning, "Job", "CronJob", "Pod", "ReplicaSet"];

/** The pod template of an object; undefined if it creates no pods. */
export function podOf(resource: Resource): { labels: Props; spec: Props } | undefined {
  if (!isKind(resource, ...workloads)) return undefined;
  const spec = specOf(resource);
  const template: Value = { Pod: resource.props, CronJob: spec["jobTemplate"]?.["spec"]?.["template"] }[
    kindOf(resource)
  ];
  const pod: Value = template ?? spec["template"];
  const labels: Value = pod?.["metadata"]?.["labels"];
  return { labels: isObject(labels) ? labels : {}, spec: isObject(pod?.["spec"]) ? pod["spec"] : {} };
}

export interface Container extends Props {
  name: string;
}

/** The containers of a pod, including init containers. */
export function containersOf(resource: Resource): Container[] {
  const pod = podOf(resource)?.spec;
  return [...listOf(pod?.["initContainers"]), ...listOf(pod?.["containers"])] as Container[];
}

/** The containers of a pod without init containers. */
export function appContainersOf(resource: Resource): Container[] {
  return listOf(podOf(resource)?.spec["containers"]) as Container[];
}

/** Whether a label selector matches these labels. An empty selector matches all, a missing one none. */
export function selects(selector: Value, labels: Props): boolean {
  if (!isObject(selector)) return false;
  const matches = entriesOf(selector["matchLabels"]).every(([key, value]) => labels[key] === value);
  return matches && listOf(selector["matchExpressions"]).every((expression) => holds(expression, labels));
}

function holds({ key, operator, values }: Props, labels: Props): boolean {
  const value: Value = labels[key as string];
  const among = Array.isArray(values) && values.includes(value);
  switch (operator) {
    case "In":
      return among;
    case "NotIn":
      return !among;
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** Whether every pod must run on the node of the others, as for a volume that only one node can write to. */
export function isHeldOnOneNode(resource: Resource): boolean {
  const { spec = {}, labels = {} } = podOf(resource) ?? {};
  const terms = listOf(spec["affinity"]?.["podAffinity"]?.["requiredDuringSchedulingIgnoredDuringExecution"]);
  return terms.some(
    ({ topologyKey, labelSelector }) =>
      topologyKey === "kubernetes.io/hostname" && isObject(labelSelector) && selects(labelSelector, labels),
  );
}

export function sameNamespace(one: Resource, other: Resource): boolean {
  return namespaceOf(one) === namespaceOf(other);
}
