import type { ReportResource } from "../model/model.ts";

/** The coordinates of the graph, in units of the drawing, about one pixel each. */
export interface Layout {
  width: number;
  height: number;
  nodes: Box[];
  groups: Box[];
  edges: { points: Point[] }[];
  /** Whether edges connect groups, because edges between resources would be too many. */
  overview: boolean;
}

/** The box of the resource at a position in the report; a group without a component has no resource. */
export interface Box {
  resource: number | undefined;
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Point = readonly [x: number, y: number];

export const nodeHeight = 38;
export const groupHead = 26;
/** Maximum length of a drawn name; the title contains the full name. */
const longestLabel = 28;
const characterWidth = 7.4;

/** A name shortened in the middle, where generated names differ least. */
export function label(name: string, longest = longestLabel): string {
  if (name.length <= longest) return name;
  const half = Math.floor((longest - 1) / 2);
  return `${name.slice(0, longest - 1 - half)}…${name.slice(-half)}`;
}

export function nodeWidth({ name, kind }: Pick<ReportResource, "name" | "kind">): number {
  const longest = Math.max(label(name).length + 2, label(kind).length * 0.9);
  return Math.max(90, Math.ceil(longest * characterWidth) + 16);
}

/** Components with children; the others are drawn like resources. */
export function groupsOf(resources: readonly ReportResource[]): Set<number> {
  return new Set(resources.flatMap(({ parent }) => (parent === undefined ? [] : [parent])));
}
