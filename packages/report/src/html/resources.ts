import { hidden } from "../model/mask.ts";
import type { PropertyChange, Report, ReportResource } from "../model/model.ts";
import { markup, type Content, type Html } from "./html.ts";
import { text } from "./summary.ts";
import { hiddenAtFirst } from "./timeline.ts";
import { duration, outcomeSign, outcomeWord, plural, workMs } from "./words.ts";

/** Up to this number of changed resources, all are shown expanded. */
const mostOpen = 12;

/** Every resource with its changes: failures first, then operations other than updates. */
export function resourceList(report: Report): Html {
  const ranks = ["failed", "unfinished", "delete", "replace", "update", "create"];
  const rank = ({ outcome, operation }: ReportResource): number => {
    const found = ranks.indexOf(outcome === "done" ? operation : outcome);
    return found < 0 ? ranks.length : found;
  };
  const order = report.resources
    .map((resource, index) => ({ resource, index }))
    .sort((a, b) => rank(a.resource) - rank(b.resource) || a.index - b.index);
  const changing = report.resources.filter(({ operation }) => operation !== "same" && operation !== "create");
  return markup`<section id="changes" aria-labelledby="changes-title">
    <h2 id="changes-title">Resources and their properties</h2>
    <p class="tools">
      <button type="button" id="open-all">open all</button><button type="button" id="close-all">close all</button>
    </p>
    ${order.map(({ resource, index }) => details(resource, index, report, changing.length <= mostOpen))}
  </section>`;
}

function details(resource: ReportResource, index: number, report: Report, fewChange: boolean): Html {
  const { name, kind, urn, operation, outcome, messages, changes, critical } = resource;
  const open = outcome === "failed" || (fewChange && operation !== "same" && operation !== "create");
  const changed = changes.length === 0 ? "" : plural(changes.length, "property", "properties");
  const took = resource.component ? "" : duration(workMs(resource), report.resolutionMs);
  return markup`<details
    id="r${index}"
    data-r="${index}"
    data-op="${operation}"
    class="resource ${outcome}"
    ${hiddenAtFirst(resource, report)}${open && markup` open`}
  >
    <summary>
      <span class="sign op-${operation} ${outcome}" aria-hidden="true">${outcomeSign(resource)}</span> <b>${name}</b>
      <span class="kind">${kind}</span>
      <span class="word">${outcomeWord(resource, report)}${resource.protected && ", protected"}</span>
      <span class="took">${changed} ${took}${critical && " ◆"}</span>
    </summary>
    <p class="urn">${urn}</p>
    ${messages.map(text)}
    ${changes.length > 0 ? properties(changes, report) : markup`<p class="kind">No property changes.</p>`}
  </details>`;
}

function properties(changes: readonly PropertyChange[], { command }: Report): Html {
  if (changes.every(({ kind }) => kind === "add")) {
    const rows = changes.map(
      ({ path, after }) =>
        markup`<tr>
          <th scope="row"><code>${path}</code></th>
          <td>${value(after)}</td>
        </tr>`,
    );
    return markup`<table class="values">
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
  }
  const rows = changes.map(({ path, kind, before, after, lines, replaces }) => {
    const forced =
      replaces &&
      markup`<br /><span class="forces">${command === "preview" ? "forces" : "forced"} the replacement</span>`;
    const head = markup`<th scope="row"><code>${path}</code>${forced}</th>`;
    if (lines !== undefined)
      return markup`<tr>
        ${head}
        <td colspan="2">${diff(lines)}</td>
      </tr>`;
    if (before === undefined && after === undefined)
      return markup`<tr>
        ${head}
        <td colspan="2">changes</td>
      </tr>`;
    const another = before === hidden && after === hidden;
    return markup`<tr class="${kind}">
      ${head}
      <td class="before" data-label="before">${value(before)}</td>
      <td class="after" data-label="after">${value(after)}${another && " (another one)"}</td>
    </tr>`;
  });
  return markup`<table class="values">
    <thead>
      <tr>
        <th scope="col">Property</th>
        <th scope="col">Before</th>
        <th scope="col">After</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function value(shown: string | undefined): Content {
  if (shown === undefined) return markup`<span class="kind">(none)</span>`;
  if (shown === hidden) return markup`<span class="secret">[secret]</span>`;
  return markup`<pre tabindex="0">${shown}</pre>`;
}

function diff(lines: readonly string[]): Html {
  const sort = (line: string): string => ({ "+": "plus", "-": "minus", "@": "at" })[line.charAt(0)] ?? "";
  return markup`<pre class="diff" tabindex="0">
${lines.map((line) => markup`<span class="${sort(line)}">${line}</span>`)}</pre>`;
}
