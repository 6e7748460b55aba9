import { annotation, groupOf, isCrd, nameOf, namespaceOf, pluck, type KubeObject } from "../objects.ts";

const dependsOn = "config.kubernetes.io/depends-on";

const keyOf = (group: string, kind: string, namespace: string, name: string) =>
  [group, kind, namespace, name].join("/");
const keyOfObject = (object: KubeObject) =>
  keyOf(groupOf(String(object["apiVersion"])).group, String(object["kind"]), namespaceOf(object), nameOf(object));

/** `group/namespaces/ns/Kind/name` or `group/Kind/name`, separated by commas. */
function explicitKeys(object: KubeObject): string[] {
  const text = annotation(object, dependsOn) ?? "";
  return text
    .split(",")
    .filter((item) => item.trim() !== "")
    .map((item) => {
      const parts = item.trim().split("/");
      if (parts.length === 5 && parts[1] === "namespaces")
        return keyOf(parts[0] ?? "", parts[3] ?? "", parts[2] ?? "", parts[4] ?? "");
      if (parts.length === 3) return keyOf(parts[0] ?? "", parts[1] ?? "", "", parts[2] ?? "");
      throw new Error(`${dependsOn} annotation of "${nameOf(object)}" is invalid: ${item}`);
    });
}

function dependenciesOf(object: KubeObject, all: KubeObject[]): KubeObject[] {
  const explicit = explicitKeys(object);
  for (const key of explicit) {
    if (!all.some((other) => keyOfObject(other) === key))
      throw new Error(`external dependency: "${nameOf(object)}" depends on ${key}, which is not part of it`);
  }
  const { group } = groupOf(String(object["apiVersion"]));
  return all.filter((other) => {
    if (other === object) return false;
    if (explicit.includes(keyOfObject(other))) return true;
    if (other["kind"] === "Namespace" && namespaceOf(object) !== "" && nameOf(other) === namespaceOf(object))
      return true;
    return (
      isCrd(other) &&
      pluck(other, "spec", "group") === group &&
      pluck(other, "spec", "names", "kind") === object["kind"]
    );
  });
}

/** Kinds that others depend on come first within a step. */
const first = (
  "Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding " +
  "ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PodDisruptionBudget"
).split(" ");
const last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

function rank(object: KubeObject): number {
  const kind = String(object["kind"]);
  if (first.includes(kind)) return first.indexOf(kind);
  return first.length + (last.includes(kind) ? 1 + last.indexOf(kind) : 0);
}

function compare(a: KubeObject, b: KubeObject): number {
  const [left, right] = [
    [groupOf(String(a["apiVersion"])).group, a["kind"], namespaceOf(a), nameOf(a)],
    [groupOf(String(b["apiVersion"])).group, b["kind"], namespaceOf(b), nameOf(b)],
  ].map((parts) => parts.join("\u0000"));
  return rank(a) - rank(b) || ((left as string) < (right as string) ? -1 : 1);
}

export interface Ordered {
  object: KubeObject;
  dependencies: KubeObject[];
}

/** The objects in dependency order: after their namespace, their CRD and their explicit dependencies. */
export function inOrder(objects: KubeObject[]): Ordered[] {
  const waiting = new Map(objects.map((object) => [object, dependenciesOf(object, objects)]));
  const result: Ordered[] = [];
  while (waiting.size > 0) {
    const step = [...waiting].filter(([, dependencies]) => dependencies.every((other) => !waiting.has(other)));
    if (step.length === 0) throw new Error(`cyclic dependency among ${[...waiting.keys()].map(nameOf).join(", ")}`);
    for (const [object, dependencies] of step.toSorted(([a], [b]) => compare(a, b)))
      result.push({ object, dependencies });
    for (const [object] of step) waiting.delete(object);
  }
  return result;
}
