import { entriesOf, isObject, listOf, textOf, type Props, type Resource, type Value } from "./resource.ts";

/** An object of Kubernetes by its kind alone: one version of an API is as good as another for a rule. */
export function isKind(resource: Resource, ...kinds: string[]): boolean {
  return resource.type.startsWith("kubernetes:") && kinds.includes(kindOf(resource));
}

/** CloudNativePG's cluster, and no other. */
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

/** What runs until it is told to stop. */
export const longRunning = ["Deployment", "StatefulSet", "DaemonSet"];
/** Everything with pods. */
const workloads = [...longRunning, "Job", "CronJob", "Pod", "ReplicaSet"];

/** The pods that an object makes, with their labels; undefined where it makes none. */
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

/** The containers of a pod, those that prepare it too. */
export function containersOf(resource: Resource): Container[] {
  const pod = podOf(resource)?.spec;
  return [...listOf(pod?.["initContainers"]), ...listOf(pod?.["containers"])] as Container[];
}

/** Those that stay: without the ones that only prepare. */
export function stayingContainersOf(resource: Resource): Container[] {
  return listOf(podOf(resource)?.spec["containers"]) as Container[];
}

/** Whether a label selector chooses pods with these labels. An empty one chooses all, a missing one none. */
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

export function sameNamespace(one: Resource, other: Resource): boolean {
  return namespaceOf(one) === namespaceOf(other);
}
