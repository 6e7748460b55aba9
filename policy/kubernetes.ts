import { entriesOf, isObject, listOf, textOf, type Props, type Resource, type Value } from "./resource.ts";
import { objectsOf } from "./walk.ts";

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

/** The API group; "" for the core group. */
export function groupOf({ type }: Resource): string {
  const group = type.split(":")[1]?.split("/").at(0) ?? "";
  return group === "core" || /^v\d/.test(group) ? "" : group;
}

export function isObjectOfKubernetes({ type }: Resource): boolean {
  return type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/");
}

export const nameOf = ({ props }: Resource): string | undefined => textOf(props["metadata"]?.["name"]);
export const namespaceOf = ({ props }: Resource): string | undefined => textOf(props["metadata"]?.["namespace"]);
export const specOf = ({ props }: Resource): Props => (isObject(props["spec"]) ? props["spec"] : {});

export const longRunning = ["Deployment", "StatefulSet", "DaemonSet"];

export interface Pod {
  labels: Props;
  spec: Props;
  /** The path of the spec. */
  path: string;
}

const containerLists = ["initContainers", "containers", "ephemeralContainers"];

const found = new WeakMap<Resource, Pod[]>();

/** The pods of an object of any kind, found by their containers. Every rule asks, so each object is read once. */
export function podsOf(resource: Resource): Pod[] {
  const pods = found.get(resource) ?? readPods(resource);
  found.set(resource, pods);
  return pods;
}

function readPods(resource: Resource): Pod[] {
  if (!resource.type.startsWith("kubernetes:")) return [];
  const objects = objectsOf(resource.props);
  return objects
    .filter(({ object }) => containerLists.some((list) => Array.isArray(object[list])))
    .map(({ path, object }) => {
      // A pod's metadata stands beside its spec.
      const around = path.replace(/\.?[^.]+$/, "");
      const labels: Value = objects.find((each) => each.path === around)?.object["metadata"]?.["labels"];
      return { labels: isObject(labels) ? labels : {}, spec: object, path };
    });
}

/** The pod of an object; undefined if it creates none. */
export function podOf(resource: Resource): Pod | undefined {
  return podsOf(resource)[0];
}

export interface Container extends Props {
  name: string;
}

/** The containers of every pod of an object, including init containers. */
export function containersOf(resource: Resource): Container[] {
  return podsOf(resource).flatMap(({ spec }) => containersOfPod(spec));
}

export function containersOfPod(spec: Props): Container[] {
  return containerLists.flatMap((list) => listOf(spec[list])) as Container[];
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
