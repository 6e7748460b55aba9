import { isObject, type Props, type Resource, type Value } from "./resource.ts";

/** A text in a resource. */
export interface Leaf {
  /** `spec.template.spec.containers[0].args[1]`. */
  path: string;
  /** The last key of the path. */
  key: string;
  text: string;
}

/** Every text of a value. */
export function leavesOf(value: Value, path = "", key = ""): Leaf[] {
  if (typeof value === "string") return [{ path, key, text: value }];
  return childrenOf(value, path, key).flatMap((child) => leavesOf(child.value, child.path, child.key));
}

/** Every object in a value, itself included, with its path. */
export function objectsOf(value: Value, path = ""): { path: string; object: Props }[] {
  const own = isObject(value) ? [{ path, object: value }] : [];
  return [...own, ...childrenOf(value, path, "").flatMap((child) => objectsOf(child.value, child.path))];
}

function childrenOf(value: Value, path: string, key: string): { path: string; key: string; value: Value }[] {
  if (Array.isArray(value)) return value.map((item, i) => ({ path: `${path}[${i}]`, key, value: item as unknown }));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([name]) => !name.startsWith("__"))
    .map(([name, item]) => ({ path: path === "" ? name : `${path}.${name}`, key: name, value: item as unknown }));
}

/** A resource, and the Kubernetes objects in its texts, such as those that a job applies from a ConfigMap. */
export function withEmbedded(resource: Resource): Resource[] {
  if (!/^kubernetes:core\/v1:ConfigMap$/.test(resource.type)) return [resource];
  const found = leavesOf(resource.props["data"]).flatMap(({ text }) => {
    const object = parsed(text);
    if (!isObject(object) || typeof object["kind"] !== "string" || typeof object["apiVersion"] !== "string") return [];
    return [{ ...resource, type: `kubernetes:${object["apiVersion"]}:${object["kind"]}`, props: object }];
  });
  return [resource, ...found];
}

function parsed(text: string): Value {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The texts of a JSON text; none for other texts. */
export function jsonOf(value: Value): Leaf[] {
  return typeof value === "string" ? leavesOf(parsed(value)) : [];
}
