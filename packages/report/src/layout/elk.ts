import elk from "elkjs/lib/elk.bundled.js";
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";
import { drawnEdges } from "../model/graph.ts";
import type { ReportResource } from "../model/model.ts";
import { groupHead, groupsOf, nodeHeight, nodeWidth, type Box, type Layout, type Point } from "./layout.ts";

const options = {
  "elk.algorithm": "layered",
  // Names are wider than high, so nodes of a layer are stacked vertically.
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.spacing.nodeNodeBetweenLayers": "24",
  "elk.layered.spacing.edgeNodeBetweenLayers": "8",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "6",
  "elk.spacing.nodeNode": "10",
  "elk.spacing.edgeNode": "8",
  "elk.spacing.edgeEdge": "6",
  "elk.json.edgeCoords": "ROOT",
};

/** The library's default export is the class; its types declare it differently for Node.js. */
const Elk = elk as unknown as new () => { layout(graph: ElkNode): Promise<ElkNode> };

/** A layered layout by dependency, with components as boxes and without implied edges. */
export async function layered(resources: readonly ReportResource[]): Promise<Layout> {
  const groups = groupsOf(resources);
  const children = Map.groupBy(resources.keys(), (index) => resources[index]?.parent);
  const build = (index: number): ElkNode => {
    const below = (children.get(index) ?? []).map(build);
    const resource = resources[index] as ReportResource;
    if (below.length === 0) return { id: String(index), width: nodeWidth(resource), height: nodeHeight };
    const padding = `[top=${groupHead + 8},left=10,bottom=10,right=10]`;
    const minimum = `(${nodeWidth(resource)}, ${nodeHeight})`;
    const layoutOptions = {
      "elk.padding": padding,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": minimum,
    };
    return { id: String(index), children: below, layoutOptions };
  };
  const edges = drawnEdges(resources).flatMap((needs, index) =>
    needs
      .filter((other) => !contains(resources, other, index) && !contains(resources, index, other))
      .map((other): ElkExtendedEdge => ({ id: `${other}-${index}`, sources: [`${other}`], targets: [`${index}`] })),
  );
  return place(
    { id: "root", layoutOptions: options, children: (children.get(undefined) ?? []).map(build), edges },
    groups,
  );
}

/** Lays out a graph with positions as node names, and converts to coordinates of the whole drawing. */
export async function place(graph: ElkNode, groups: ReadonlySet<number>): Promise<Layout> {
  const done = await new Elk().layout(graph);
  const layout: Layout = {
    width: done.width ?? 0,
    height: done.height ?? 0,
    nodes: [],
    groups: [],
    edges: [],
    overview: false,
  };
  const visit = (node: ElkNode, left: number, top: number): void => {
    const [x, y] = [left + (node.x ?? 0), top + (node.y ?? 0)];
    const resource = /^\d+$/.test(node.id) ? Number(node.id) : undefined;
    const box: Box = { resource, x, y, width: node.width ?? 0, height: node.height ?? 0 };
    const isGroup = resource === undefined || groups.has(resource);
    if (node.id !== "root") (isGroup ? layout.groups : layout.nodes).push(box);
    for (const child of node.children ?? []) visit(child, x, y);
  };
  visit(done, 0, 0);
  layout.edges = (done.edges ?? []).flatMap(({ sections = [] }) =>
    sections.map(({ startPoint, bendPoints = [], endPoint }) => ({
      points: [startPoint, ...bendPoints, endPoint].map(({ x, y }): Point => [x, y]),
    })),
  );
  return layout;
}

function contains(resources: readonly ReportResource[], outer: number, inner: number): boolean {
  for (let at = resources[inner]?.parent; at !== undefined; at = resources[at]?.parent) if (at === outer) return true;
  return false;
}
