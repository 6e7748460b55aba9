import { isObject } from "../../../values.ts";
import type { Discovery } from "../discovery.ts";
import { nameOf, namespaceOf, withMetadata, type KubeObject } from "../objects.ts";
import { isNamespaced } from "../scope.ts";

const shown = (object: KubeObject) => JSON.stringify(object).slice(0, 100);

/** Lists are replaced by their items. */
export function expandLists(objects: KubeObject[]): KubeObject[] {
  return objects.flatMap((object) =>
    Array.isArray(object["items"]) ? expandLists(object["items"] as KubeObject[]) : [object],
  );
}

/**
 * The objects to register: lists expanded, the core group by its short name, and namespaced objects with a namespace.
 * `warn` gets the kinds of unknown scope.
 */
export async function prepareObjects(
  objects: KubeObject[],
  defaultNamespace: string,
  discovery: Discovery | undefined,
  warn: (message: string) => void,
): Promise<KubeObject[]> {
  const expanded = expandLists(objects).map((object) =>
    typeof object["apiVersion"] === "string"
      ? { ...object, apiVersion: object["apiVersion"].replace(/^core\//, "") }
      : object,
  );
  const unresolved = new Set<string>();
  const result: KubeObject[] = [];
  for (const object of expanded) {
    const { apiVersion, kind } = object;
    if (!apiVersion || !kind)
      throw new Error(`Kubernetes resources require a kind and apiVersion: \`${shown(object)}\``);
    if (!isObject(object["metadata"]) || !nameOf(object))
      throw new Error(`Kubernetes resources require a .metadata.name: \`${shown(object)}\``);
    const namespaced = namespaceOf(object) === "" ? await isNamespaced(discovery, apiVersion, kind, expanded) : false;
    if (namespaced === undefined) unresolved.add(`${apiVersion}, Kind=${kind}`);
    result.push(namespaced ? withMetadata(object, { namespace: defaultNamespace }) : object);
  }
  if (unresolved.size > 0) {
    warn(
      "Unable to determine whether the following kinds are namespaced without a reachable cluster or a matching " +
        `CustomResourceDefinition, so they are rendered without a namespace: ${[...unresolved].join(", ")}. Set .metadata.namespace ` +
        "explicitly, or include the CustomResourceDefinition, to control the namespace.",
    );
  }
  return result;
}
