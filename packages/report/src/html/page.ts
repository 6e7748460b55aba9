import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Layout } from "../layout/layout.ts";
import type { Report } from "../model/model.ts";
import { graph } from "./graph.ts";
import { Html, jsonScript, markup, type Content } from "./html.ts";
import { resourceList } from "./resources.ts";
import { failures, header, notes, outputs, title } from "./summary.ts";
import { gridStyle, timeline } from "./timeline.ts";
import { operationWord, signs } from "./words.ts";

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
/** Later ones take precedence. */
const sheets = ["base", "filters", "timeline", "graph", "properties", "phone", "print"];
const sha256 = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The whole page in one file. It loads nothing from the network, and its content security policy forbids it. */
export function page(report: Report, layout: Layout): string {
  const style = `${sheets.map((name) => asset(`style/${name}.css`)).join("")}${gridStyle(report)}`;
  const script = asset("page.js");
  const policy = [
    "default-src 'none'",
    `style-src ${sha256(style)}`,
    `script-src ${sha256(script)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts: [string, string, Content][] = [
    ["failures", "Failures", failures(report)],
    ["timeline", "Timeline", timeline(report)],
    ["graph", "Graph", graph(report, layout)],
    ["changes", "Properties", resourceList(report)],
    ["outputs", "Outputs", outputs(report)],
    ["messages", "Messages", notes(report)],
  ];
  const shown = parts.filter(([, , part]) => part !== undefined);
  return `<!doctype html>\n${
    markup`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>${title(report)}</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
        ${header(report)}
        <nav aria-label="Parts of this page">
          <ul>
            ${shown.map(([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`)}
          </ul>
        </nav>
        <main>${filters(report)} ${shown.map(([, , part]) => part)}</main>
        ${jsonScript("data", data(report))}
        <script>${new Html(script)}</script>
      </body>
    </html>`.text
  }\n`;
}

function filters(report: Report): Html {
  const { counts } = report;
  const boxes = counts.map(([operation, count]) => {
    const checked = operation !== "same" || counts.length === 1;
    return markup`<label
      ><input type="checkbox" name="operation" value="${operation}" ${checked && markup` checked`} />
      <span aria-hidden="true">${signs[operation]}</span> ${operationWord(operation, report)} (${count})</label
    >`;
  });
  return markup`<form id="filters" role="search" aria-label="Filter resources">
    <label class="find">Find <input type="search" id="find" autocomplete="off" placeholder="name or kind" /></label>
    <fieldset>
      <legend class="sr">Operations</legend>
      ${boxes}
    </fieldset>
    <p id="found" role="status"></p>
    <button type="button" id="clear" hidden>show all</button>
  </form>`;
}

/** The data of the page's script, by resource position. */
function data({ resources, dependenciesKnown }: Report): unknown {
  return {
    dependenciesKnown,
    resources: resources.map(({ name, kind, urn, operation, parent = -1, needs }) => [
      name,
      kind,
      urn,
      operation,
      parent,
      needs,
    ]),
  };
}
