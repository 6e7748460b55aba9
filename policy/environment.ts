import { isKind, nameOf, sameNamespace, type Container } from "./kubernetes.ts";
import { entriesOf, listOf, textOf, type Resource } from "./resource.ts";
import { secretEntries } from "./secrets.ts";

/** The value of an environment variable of a container; undefined if the stack does not define it. */
export function variableOf(
  name: string,
  container: Container,
  workload: Resource,
  resources: readonly Resource[],
): string | undefined {
  const own = listOf(container["env"]).find((item) => item["name"] === name);
  if (own !== undefined) return textOf(own["value"]);
  const sources = listOf(container["envFrom"]).map((source) =>
    resources.find(
      (resource) =>
        sameNamespace(resource, workload) &&
        ((isKind(resource, "ConfigMap") && nameOf(resource) === source["configMapRef"]?.["name"]) ||
          (isKind(resource, "Secret") && nameOf(resource) === source["secretRef"]?.["name"])),
    ),
  );
  // The last source takes precedence.
  return sources
    .flatMap((source) => (source === undefined ? [] : entries(source)))
    .findLast(([key]) => key === name)?.[1];
}

function entries(source: Resource): [string, string | undefined][] {
  if (isKind(source, "Secret")) return secretEntries(source);
  return entriesOf(source.props["data"]).map(([key, value]) => [key, textOf(value)]);
}
