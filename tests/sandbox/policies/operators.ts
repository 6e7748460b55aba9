import { kindOf, podsOf } from "../../../policy/kubernetes.ts";
import type { Props, Resource, Value } from "../../../policy/resource.ts";
import { objectsOf } from "../../../policy/walk.ts";

/** One change of one resource. */
export interface Mutation {
  /** The row of the table. */
  area: string;
  what: string;
  /** Changes a copy of the resource; returns false if the resource is removed. */
  apply: (copy: Resource) => unknown;
}

/** The object at a path of `objectsOf`. */
export function at(resource: Resource, path: string): Props {
  const found = objectsOf(resource.props).find((each) => each.path === path);
  if (found === undefined) throw new Error(`${resource.name} has no object at ${path}`);
  return found.object;
}

/** Removes, misspells or replaces a field; the values are weaker ones. */
export function onField(area: string, path: string, key: string, values: readonly Value[]): Mutation[] {
  const where = path === "" ? key : `${path}.${key}`;
  return [
    { area, what: `remove ${where}`, apply: (copy) => delete at(copy, path)[key] },
    {
      area,
      what: `rename ${where}`,
      apply(copy) {
        const object = at(copy, path);
        object[`${key}x`] = object[key] as unknown;
        delete object[key];
      },
    },
    ...setField(area, path, key, values),
  ];
}

/** Sets a field that may be missing. */
export function setField(area: string, path: string, key: string, values: readonly Value[]): Mutation[] {
  const where = path === "" ? key : `${path}.${key}`;
  return values.map((value: Value) => ({
    area,
    what: `set ${where} to ${JSON.stringify(value)}`,
    apply: (copy) => (at(copy, path)[key] = structuredClone(value) as unknown),
  }));
}

/** Adds an item to a list that may be missing. */
export function addItem(area: string, path: string, key: string, items: readonly Value[]): Mutation[] {
  const where = path === "" ? key : `${path}.${key}`;
  return items.map((item: Value) => ({
    area,
    what: `add ${JSON.stringify(item)} to ${where}`,
    apply(copy) {
      const object = at(copy, path);
      object[key] = [...((object[key] ?? []) as unknown[]), structuredClone(item)];
    },
  }));
}

/** Moves a field to another object. */
export function moveField(area: string, from: string, key: string, to: string): Mutation {
  return {
    area,
    what: `move ${from}.${key} to ${to}`,
    apply(copy) {
      at(copy, to)[key] = at(copy, from)[key] as unknown;
      delete at(copy, from)[key];
    },
  };
}

/** The whole resource: removed, in another namespace, without its provider or protection, of another kind. */
export function onResource(resource: Resource): Mutation[] {
  const area = "whole resources";
  const { type, props, protect, provider } = resource;
  if (!type.startsWith("kubernetes:")) return [];
  const kind = kindOf(resource);
  const isBound = [
    "PodDisruptionBudget",
    "RoleBinding",
    "Ingress",
    "HTTPRoute",
    "Cluster",
    "ObjectStore",
    "ScheduledBackup",
    "Role",
  ].includes(kind);
  const isPod = podsOf(resource).length > 0;
  const isDeny = props["metadata"]?.["name"] === "chatwoot-default-deny";
  const isNeeded =
    ["PodDisruptionBudget", "ObjectStore", "ScheduledBackup", "RoleBinding", "Role"].includes(kind) ||
    isDeny ||
    resource.name === "sso-proxy";
  const namespaced = props["metadata"]?.["namespace"] !== undefined;
  return [
    ...(isNeeded ? [{ area, what: "remove it", apply: () => false }] : []),
    ...(namespaced ? setField(area, "metadata", "namespace", ["default", "kube-system", ""]) : []),
    ...(namespaced && (isBound || isPod || isDeny) ? setField(area, "metadata", "namespace", ["other"]) : []),
    ...(provider === undefined
      ? []
      : [{ area, what: "another provider", apply: (copy: Resource) => (copy.provider = "default_4_34_2") }]),
    ...(protect ? [{ area, what: "unprotect it", apply: (copy: Resource) => void (copy.protect = false) }] : []),
    { area, what: "another kind", apply: (copy) => (copy.type = type.replace(/:\w+$/, ":Other")) },
    { area, what: "another group", apply: (copy) => (copy.type = `kubernetes:example.com/v1:${kind}`) },
  ];
}
