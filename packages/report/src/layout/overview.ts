import type { ElkNode } from "elkjs/lib/elk-api.js";
import { reduceEdges } from "../model/graph.ts";
import type { ReportResource } from "../model/model.ts";
import { place } from "./elk.ts";
import { groupHead, groupsOf, nodeHeight, nodeWidth, type Box, type Layout } from "./layout.ts";

const gap = 8;
/** Approximate aspect ratio of a box with many resources. */
const aspect = 1.6;

/** The layout for many resources: each component is a box with rows of resources, and edges connect boxes. */
export async function overview(resources: readonly ReportResource[]): Promise<Layout> {
  const groups = groupsOf(resources);
  const leaves = [...resources.keys()].filter((index) => !groups.has(index));
  const boxOf = new Map(leaves.map((index) => [index, resources[index]?.parent ?? -1]));
  const members = Map.groupBy(leaves, (index) => boxOf.get(index) as number);
  const boxes = [...members.keys()];
  const position = new Map(boxes.map((box, index) => [box, index]));
  const between = boxes.map((box, index) => {
    const needed = (members.get(box) as number[]).flatMap((leaf) => resources[leaf]?.needs ?? []);
    // A dependency can be a component.
    const found = needed.map((other) => position.get(boxOf.get(other) ?? other));
    return [...new Set(found.filter((other): other is number => other !== undefined && other !== index))];
  });
  const inner = boxes.map((box) => rows(members.get(box) as number[], resources));
  const graph: ElkNode = {
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.edgeRouting": "ORTHOGONAL",
      "elk.json.edgeCoords": "ROOT",
      "elk.layered.thoroughness": "3",
      // A long chain wraps to the next column instead of leaving the window.
      "elk.layered.wrapping.strategy": "MULTI_EDGE",
      "elk.aspectRatio": "1.6",
    },
    children: boxes.map((box, index) => {
      const { width, height } = inner[index] as Rows;
      return { id: box < 0 ? "none" : String(box), width, height };
    }),
    edges: reduceEdges(between).flatMap((needs, index) =>
      needs.map((other) => ({ id: `${other}-${index}`, sources: [idOf(boxes[other])], targets: [idOf(boxes[index])] })),
    ),
  };
  const layout = await place(graph, new Set(boxes));
  const placed = new Map(layout.groups.map((box) => [box.resource ?? -1, box]));
  const nodes = boxes.flatMap((box, index) => {
    const { x, y } = placed.get(box) as Box;
    return (inner[index] as Rows).nodes.map((node) => ({ ...node, x: node.x + x, y: node.y + y }));
  });
  return { ...layout, nodes, overview: true };
}

const idOf = (box: number | undefined): string => (box === undefined || box < 0 ? "none" : String(box));

interface Rows {
  width: number;
  height: number;
  nodes: Box[];
}

/** Resources in rows below the head of their box. */
function rows(members: readonly number[], resources: readonly ReportResource[]): Rows {
  const widths = members.map((index) => nodeWidth(resources[index] as ReportResource));
  const area = widths.reduce((sum, width) => sum + (width + gap) * (nodeHeight + gap), 0);
  const most = Math.max(...widths, Math.sqrt(area * aspect));
  const nodes: Box[] = [];
  let [x, y, widest] = [gap, groupHead + gap, 0];
  members.forEach((resource, index) => {
    const width = widths[index] as number;
    if (x > gap && x + width > most + gap) [x, y] = [gap, y + nodeHeight + gap];
    nodes.push({ resource, x, y, width, height: nodeHeight });
    x += width + gap;
    widest = Math.max(widest, x);
  });
  return { width: widest, height: y + nodeHeight + gap, nodes };
}
