import { hasUnknown, isObject, mapValue, type Props, type Value } from "../../values.ts";
import { groupOf, isCrd, isSecretKind, type KubeObject } from "./objects.ts";
import { canonicalQuantities } from "./quantity.ts";

/** Fields of `metadata` that only the server writes. */
const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** API groups of Kubernetes itself; objects of others are left as they are. */
const builtIn = new Set(["", "apps", "batch", "autoscaling", "policy", "extensions"]);

/** Of a kind that comes with Kubernetes. */
export function isBuiltIn(object: KubeObject): boolean {
  const { group } = groupOf(String(object["apiVersion"]));
  return (
    builtIn.has(group) ||
    (group.endsWith(".k8s.io") && !group.endsWith(".x-k8s.io") && group !== "gateway.networking.k8s.io")
  );
}

/** `x_kubernetes_list_type` <-> `x-kubernetes-list-type`, which the SDK's types cannot express. */
export const dashed = (value: Value): Value =>
  renameKeys(value, /^x_kubernetes_[a-z_]+$/, (key) => key.replaceAll("_", "-"));
export const underscored = (value: Value): Value =>
  renameKeys(value, /^x-kubernetes-[a-z-]+$/, (key) => key.replaceAll("-", "_"));

function renameKeys(value: Value, pattern: RegExp, rename: (key: string) => string): Value {
  if (!isObject(value)) return mapValue(value, (item) => renameKeys(item, pattern, rename));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      pattern.test(key) ? rename(key) : key,
      renameKeys(item, pattern, rename),
    ]),
  );
}

/** The object to send: canonical group, no read-only fields, a Secret's stringData as data. */
export function normalize(inputs: KubeObject): KubeObject {
  let object = dashed(inputs) as KubeObject;
  if (typeof object["apiVersion"] === "string")
    object = { ...object, apiVersion: object["apiVersion"].replace(/^core\//, "") };
  if (isObject(object["metadata"])) {
    const kept = Object.entries(object["metadata"]).filter(([key]) => !readOnly.includes(key));
    object = { ...object, metadata: Object.fromEntries(kept) };
  }
  if (hasUnknown(object) || !isBuiltIn(object)) return object;
  if (isCrd(object)) return normalizeCrd(object);
  if (isSecretKind(object)) return normalizeSecret(object);
  return withoutEmptyMarks(withoutNulls(canonicalQuantities(object)));
}

/** Removes fields that the program sets to null. */
function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

/** Removes empty labels and annotations from the object and its pod templates. */
function withoutEmptyMarks(value: Value): Value {
  return mapValue(value, (item, key) => {
    const inner = withoutEmptyMarks(item);
    if (key !== "metadata" || !isObject(inner)) return inner;
    const isEmpty = (mark: Value) => isObject(mark) && Object.keys(mark).length === 0;
    const kept = Object.entries(inner).filter(
      ([name, mark]) => !(["labels", "annotations"].includes(name) && isEmpty(mark)),
    );
    return Object.fromEntries(kept);
  });
}

function normalizeCrd(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  if (!isObject(rest["spec"]) || rest["spec"]["preserveUnknownFields"] !== false) return rest;
  const { preserveUnknownFields: _default, ...spec } = rest["spec"];
  return { ...rest, spec };
}

const encode = (text: Value) => Buffer.from(String(text)).toString("base64");

function normalizeSecret(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const data: Props = isObject(rest["data"]) ? rest["data"] : {};
  if (isObject(stringData) && Object.keys(stringData).length > 0) {
    return { ...rest, data: { ...data, ...mapValue(stringData, encode) } };
  }
  if (Object.keys(data).length === 0) return object;
  // The server decodes and re-encodes the value, which removes line breaks.
  return {
    ...object,
    data: mapValue(data, (item) => (isBase64(item) ? Buffer.from(item, "base64").toString("base64") : item)),
  };
}

function isBase64(value: Value): boolean {
  return typeof value === "string" && /^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/.test(value);
}
