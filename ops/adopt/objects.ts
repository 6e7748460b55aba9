export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    managedFields?: { manager?: string }[];
  };
  [part: string]: unknown;
}

/** `StatefulSet chatwoot-redis`. */
export const titleOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

/** The name for `kubectl get`: `clusters.v1.postgresql.cnpg.io` for `postgresql.cnpg.io/v1 Cluster`. */
export function resourceOf({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? kind.toLowerCase() : `${kind.toLowerCase()}.${version}.${group}`;
}

export const isSame = (a: KubernetesObject, b: KubernetesObject): boolean =>
  resourceOf(a) === resourceOf(b) &&
  a.metadata.name === b.metadata.name &&
  a.metadata.namespace === b.metadata.namespace;

/** The string at a path, or "". */
export function textAt(object: unknown, path: string): string {
  const value = at(object, path);
  return typeof value === "string" ? value : "";
}

/** The value at a path such as `spec.storage.size`. */
export function at(object: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      object,
    );
}
