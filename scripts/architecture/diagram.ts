import { reduceEdges, type ReportResource } from "pulumi-run-report";

/** The number of resource kinds that a component lists. */
const mostKinds = 4;

/**
 * A stack's components and their dependencies, as a Mermaid flowchart. A box counts the resources of its component.
 * Implied arrows are omitted, and so are resources without a component and without dependents.
 */
export function diagram(resources: readonly ReportResource[]): string {
  const top = (index: number): number => {
    const parent = resources[index]?.parent;
    return parent === undefined ? index : top(parent);
  };
  const members = Map.groupBy(resources.keys(), top);
  const tops = [...members.keys()].sort((a, b) => name(resources, a).localeCompare(name(resources, b), "en"));
  const place = new Map(tops.map((index, at) => [index, at]));
  const needs = tops.map((index, at) => {
    const needed = (members.get(index) ?? []).flatMap((member) => resources[member]?.needs ?? []);
    return [...new Set(needed.map((other) => place.get(top(other)) as number))]
      .filter((other) => other !== at)
      .sort(byNumber);
  });
  const arrows = reduceEdges(needs).flatMap((some, at) =>
    [...some].sort(byNumber).map((other) => [other, at] as const),
  );
  const linked = new Set(arrows.flat());
  const drawn = [...tops.keys()].filter((at) => linked.has(at) || (members.get(tops[at] as number) ?? []).length > 1);
  return [
    "flowchart TD",
    ...drawn.map((at) => `  n${at}${box(members.get(tops[at] as number) ?? [], tops[at] as number, resources)}`),
    ...arrows.map(([from, to]) => `  n${from} --> n${to}`),
    "",
  ].join("\n");
}

const byNumber = (a: number, b: number): number => a - b;
const name = (resources: readonly ReportResource[], index: number): string => resources[index]?.name ?? "";

/** A component; a cylinder if it contains protected resources, which hold data or keys. */
function box(members: readonly number[], index: number, resources: readonly ReportResource[]): string {
  const all = members.map((member) => resources[member] as ReportResource);
  const counts = [...Map.groupBy(all.flatMap(contents), (kind) => kind)].map(
    ([kind, some]) => [kind, some.length] as const,
  );
  const kinds = [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b, "en"));
  const named = kinds.slice(0, mostKinds).map(([kind, count]) => (count > 1 ? `${count} × ${kind}` : kind));
  const rest = kinds.slice(mostKinds).reduce((sum, [, count]) => sum + count, 0);
  const holds = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  const text = `<b>${name(resources, index)}</b><br/>${holds}`.replaceAll('"', "'");
  return all.some((one) => one.protected) ? `[("${text}")]` : `["${text}"]`;
}

/** The kind shown for a resource: on Fly each command is a driver step, and a chart is one resource. */
function contents({ component, kind, type }: ReportResource): string[] {
  if (type === "command:local:Command") return ["driver step"];
  if (type.startsWith("kubernetes:helm.sh/")) return ["Helm chart"];
  return component ? [] : [kind.replace(/ \(.*\)$/, "")];
}
