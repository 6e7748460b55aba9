import type { ReportResource } from "../model/model.ts";

/** Where everything of the graph lies; units are those of the drawing, about one pixel each. */
export interface Layout {
  width: number;
  height: number;
  nodes: Box[];
  groups: Box[];
  edges: { points: Point[] }[];
  /** Whether the edges are those between groups, because those between resources would be too many to see. */
  overview: boolean;
}

/** A place for the resource at a position in the report; a group without a component has none. */
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
/** Of a name, this much is drawn; the whole of it stands in its title. */
const longestLabel = 28;
const characterWidth = 7.4;

/** A name cut in the middle, where generated names differ least. */
export function label(name: string, longest = longestLabel): string {
  if (name.length <= longest) return name;
  const half = Math.floor((longest - 1) / 2);
  return `${name.slice(0, longest - 1 - half)}…${name.slice(-half)}`;
}

export function nodeWidth({ name, kind }: Pick<ReportResource, "name" | "kind">): number {
  const longest = Math.max(label(name).length + 2, label(kind).length * 0.9);
  return Math.max(90, Math.ceil(longest * characterWidth) + 16);
}

/** Components with something in them; the others are drawn like resources. */
export function groupsOf(resources: readonly ReportResource[]): Set<number> {
  return new Set(resources.flatMap(({ parent }) => (parent === undefined ? [] : [parent])));
}
