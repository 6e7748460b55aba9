import { groupHead, label, type Box, type Layout, type Point } from "../layout/layout.ts";
import type { Report, ReportResource } from "../model/model.ts";
import { markup, type Html } from "./html.ts";
import { outcomeSign, outcomeWord, plural } from "./words.ts";

const margin = 8;

export function graph(report: Report, layout: Layout): Html {
  const { resources, dependenciesKnown } = report;
  if (resources.length === 0) return markup``;
  const [width, height] = [layout.width, layout.height].map((side) => Math.ceil(side + 2 * margin));
  const what = layout.overview
    ? "Components are boxes with their resources. Arrows point from a resource to its dependents; implied arrows are omitted. Select a resource to see its dependencies."
    : "Components are boxes. Arrows point from a component to its dependents; implied arrows are omitted.";
  const unknown = "There are no arrows, because the dependencies are in the stack's state, which was not provided.";
  const name = (index: number): ReportResource => resources[index] as ReportResource;
  return markup`<section id="graph" aria-labelledby="graph-title">
    <h2 id="graph-title">Resource graph</h2>
    <p>
      ${dependenciesKnown ? what : unknown} Choose one, or a component, to show it alone with everything that it needs
      and that needs it. With the keyboard: arrow keys, Enter, Escape.
    </p>
    <p class="tools">
      <button type="button" id="zoom-out">− smaller</button><button type="button" id="zoom-in">+ larger</button
      ><button type="button" id="zoom-fit">fit</button>
    </p>
    <div class="canvas" id="canvas" tabindex="-1">
      <svg
        id="drawing"
        width="${width}"
        height="${height}"
        viewBox="${-margin} ${-margin} ${width} ${height}"
        role="group"
        aria-label="${`Graph of ${plural(resources.length, "resource")}`}"
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0L8 4L0 8Z" />
          </marker>
        </defs>
        ${layout.groups.map((box) => group(box, box.resource === undefined ? undefined : name(box.resource), report))}
        <g class="edges">
          ${layout.edges.map(({ points }) => markup`<path d="${line(points)}" marker-end="url(#arrow)" />`)}
        </g>
        ${layout.nodes.map((box) => node(box, name(box.resource as number), report))}
        <g id="chosen-edges" class="edges chosen"></g>
      </svg>
    </div>
    <div id="chosen" class="chosen-panel" hidden></div>
  </section>`;
}

const line = (points: readonly Point[]): string =>
  points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

const place = ({ x, y, width, height }: Box): Html =>
  markup`x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"`;

/** Its title element is its accessible name. */
const button = ({ resource }: Box): Html =>
  markup`tabindex="-1" role="button" aria-pressed="false" data-node="${resource}"`;

/** A resource in words: its tooltip and accessible name. */
function words(one: ReportResource, report: Report): string {
  const needs = one.needs.length === 0 ? "" : `, needs ${one.needs.length}`;
  return `${one.name}, ${one.kind}, ${outcomeWord(one, report)}${one.protected ? ", protected" : ""}${needs}`;
}

function group(box: Box, one: ReportResource | undefined, report: Report): Html {
  const head = markup`<rect ${place(box)} rx="6" />`;
  if (one === undefined)
    return markup`<g class="group">${head}<text x="${box.x + 10}" y="${box.y + 18}">without a component</text></g>`;
  const title = words(one, report);
  const room = Math.floor((box.width - 20) / 7);
  const named = label(one.name, Math.max(6, Math.min(40, room)));
  const kind = room - named.length > one.kind.length + 2 && markup` <tspan class="kind">${one.kind}</tspan>`;
  return markup`<g class="group" ${button(box)}
    ><title>${title}</title>${head}<text
      aria-hidden="true"
      x="${(box.x + 10).toFixed(1)}"
      y="${(box.y + groupHead - 8).toFixed(1)}"
      >${named}${kind}</text
    ></g
  >`;
}

function node(box: Box, one: ReportResource, report: Report): Html {
  const [x, y] = [(box.x + 8).toFixed(1), box.y];
  const classes = `node op-${one.operation} ${one.outcome}${one.critical ? " critical" : ""}`;
  const mark = `${one.protected ? " 🔒" : ""}${one.critical ? " ◆" : ""}`;
  const title = words(one, report);
  return markup`<g class="${classes}" ${button(box)}
    ><title>${title}</title
    ><rect ${place(box)} rx="4" /><text aria-hidden="true" x="${x}" y="${(y + 16).toFixed(1)}"
      >${outcomeSign(one)} ${label(one.name)}${mark}</text
    ><text aria-hidden="true" class="kind" x="${x}" y="${(y + 31).toFixed(1)}">${label(one.kind)}</text></g
  >`;
}
