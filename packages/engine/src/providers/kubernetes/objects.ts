import { isObject, type Props, type Value } from "../../values.ts";

/** A Kubernetes object: JSON as the API server takes and gives it. */
export type KubeObject = Props;

export const annotationNames = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  waitFor: "pulumi.com/waitFor",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  replaceUnready: "pulumi.com/replaceUnready",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
  helmHook: "helm.sh/hook",
  helmResourcePolicy: "helm.sh/resource-policy",
  lastApplied: "kubectl.kubernetes.io/last-applied-configuration",
} as const;

/** The value at a path of keys; undefined if any step is missing. */
export function pluck(value: Value, ...path: (string | number)[]): Value {
  return path.reduce((inner: Value, key) => (inner === null || inner === undefined ? undefined : inner[key]), value);
}

export const metadata = (object: KubeObject): Props => (isObject(object["metadata"]) ? object["metadata"] : {});
export const nameOf = (object: KubeObject): string => metadata(object)["name"] ?? "";
export const namespaceOf = (object: KubeObject): string => metadata(object)["namespace"] ?? "";

export function annotation(object: KubeObject, key: string): string | undefined {
  const annotations = metadata(object)["annotations"];
  return isObject(annotations) ? annotations[key] : undefined;
}

export const isAnnotated = (object: KubeObject, key: string): boolean => annotation(object, key) === "true";

/** Sets an annotation, unless the metadata or the annotations are unknown. */
export function withAnnotation(object: KubeObject, key: string, value: string): KubeObject {
  const meta = object["metadata"] ?? {};
  if (!isObject(meta)) return object;
  const annotations = meta["annotations"] ?? {};
  if (!isObject(annotations)) return object;
  return { ...object, metadata: { ...meta, annotations: { ...annotations, [key]: value } } };
}

export function withMetadata(object: KubeObject, fields: Props): KubeObject {
  return { ...object, metadata: { ...metadata(object), ...fields } };
}

/** Pulumi's id: `namespace/name`, or the name alone without a namespace. */
export function idOf(object: KubeObject): string {
  return namespaceOf(object) ? `${namespaceOf(object)}/${nameOf(object)}` : nameOf(object);
}

export function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

export function groupOf(apiVersion: string): { group: string; version: string } {
  const [group, version] = apiVersion.split("/");
  return version === undefined
    ? { group: "", version: group ?? "" }
    : { group: group === "core" ? "" : (group ?? ""), version };
}

/** `kubernetes:apps/v1:Deployment` -> apps/v1, Deployment. */
export function fromTypeToken(token: string): { apiVersion: string; kind: string } {
  const [, groupVersion = "", kind = ""] = token.split(":");
  return { apiVersion: groupVersion.replace(/^core\//, ""), kind };
}

export function isOwnedBy(object: KubeObject, owner: KubeObject | undefined): boolean {
  const owners: Value = metadata(object)["ownerReferences"];
  return (
    owner !== undefined && Array.isArray(owners) && owners.some((reference) => reference.uid === metadata(owner)["uid"])
  );
}

export const isSecretKind = (object: KubeObject) => object["apiVersion"] === "v1" && object["kind"] === "Secret";
export const isConfigMap = (object: KubeObject) => object["apiVersion"] === "v1" && object["kind"] === "ConfigMap";
export const isCrd = (object: KubeObject) =>
  object["kind"] === "CustomResourceDefinition" && String(object["apiVersion"]).startsWith("apiextensions.k8s.io/");
