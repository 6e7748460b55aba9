import type { Report, ReportResource } from "../model/model.ts";
import { markup, type Html } from "./html.ts";
import { duration, outcomeSign, outcomeWord, percent, plural, span, workMs } from "./words.ts";

/** Approximate number of marks on the axis. */
const marks = 6;

/** The distance of the marks on the axis: 1, 2 or 5 times a power of ten, or whole minutes. */
export function tickMs(durationMs: number, resolutionMs: number): number {
  const rough = Math.max(resolutionMs, durationMs / marks);
  const minute = 60_000;
  const steps =
    rough < minute ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, minute] : [];
  return steps.find((step) => step >= rough) ?? Math.ceil(rough / minute) * minute;
}

const at = (ms: number, durationMs: number): string => `${((100 * ms) / Math.max(1, durationMs)).toFixed(2)}%`;

/** The axis lines behind the bars, as one CSS rule. */
export function gridStyle({ durationMs, resolutionMs }: Report): string {
  return `.bar{background-size:${at(tickMs(durationMs, resolutionMs), durationMs)} 100%}`;
}

export function timeline(report: Report): Html {
  const { command, timing, durationMs, resolutionMs, dependenciesKnown } = report;
  if (command === "preview") {
    return markup`<section id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      <p>A preview runs no steps, so there is no timeline. It took ${duration(durationMs, resolutionMs)}.</p>
    </section>`;
  }
  const exact = resolutionMs >= 1000 ? " Times are whole seconds, as Pulumi writes them." : "";
  const chain = `◆ The critical path: ${plural(timing.critical.length, "step")}, ${duration(timing.criticalMs, resolutionMs)} of ${duration(durationMs, resolutionMs)}. `;
  const how = dependenciesKnown
    ? "Each step waited for the previous one; a faster step makes the run faster."
    : "Without the stack's state the dependencies are unknown, so the chain is the sequence of steps in time.";
  const order = report.resources
    .map((resource, index) => ({ resource, index, ...span(resource) }))
    .filter(({ resource }) => !resource.component)
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  return markup`<section id="timeline" aria-labelledby="timeline-title">
    <h2 id="timeline-title">Timeline</h2>
    <p>${timing.critical.length > 0 && markup`${chain}${how}`}${exact}</p>
    ${concurrency(report)}
    <ol class="gantt" aria-label="Steps in start order">
      <li class="axis" aria-hidden="true">${axis(durationMs, resolutionMs)}</li>
      ${order.map(({ resource, index }) => row(resource, index, report))}
    </ol>
    ${whereTimeWent(report)}
  </section>`;
}

function axis(durationMs: number, resolutionMs: number): Html {
  const step = tickMs(durationMs, resolutionMs);
  const ticks = Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, index) => index * step);
  const shown = ticks.filter((ms) => ms === 0 || ms < durationMs * 0.95);
  const label = (ms: number): string => (ms === 0 ? "0" : duration(ms, 1).replace(/\.?0+ s$/, " s"));
  return markup`<svg width="100%" height="16">
    ${shown.map((ms) => markup`<text x="${at(ms, durationMs)}" y="12">${label(ms)}</text>`)}
  </svg>`;
}

function row(resource: ReportResource, index: number, report: Report): Html {
  const { durationMs, resolutionMs } = report;
  const { name, kind, operation, critical, phases, outcome } = resource;
  const took = duration(workMs(resource), resolutionMs);
  const { startMs } = span(resource);
  const bars = phases.map(({ what, startMs: from, endMs }) => {
    const classes = `op-${operation} ${outcome}${critical ? " critical" : ""}`;
    // A very short step is drawn as a line.
    const width = at(endMs - from, durationMs);
    return markup`<rect class="${classes}" x="${at(from, durationMs)}" y="3" width="${width}" height="12"
        ><title>${what}: from ${duration(from, 1)} to ${duration(endMs, 1)}</title></rect
      ><rect class="${classes}" x="${at(from, durationMs)}" y="3" width="2" height="12" />`;
  });
  return markup`<li data-r="${index}" data-op="${operation}" ${hiddenAtFirst(resource, report)}>
    <a class="who" href="#r${index}" data-select="${index}"
      ><span class="sign op-${operation} ${outcome}" aria-hidden="true">${outcomeSign(resource)}</span
      ><span class="sr">${outcomeWord(resource, report)} </span>${name} <span class="kind">${kind}</span></a
    >
    <svg class="bar" width="100%" height="18" aria-hidden="true">${bars}</svg>
    <span class="took"
      >${critical && markup`<span aria-hidden="true">◆ </span><span class="sr">critical, </span>`}${took}<span class="sr"
        >, from ${duration(startMs, resolutionMs)}</span
      ></span
    >
  </li>`;
}

/** Unchanged resources are hidden by default, unless nothing changes. */
export function hiddenAtFirst({ operation }: ReportResource, { counts }: Report): Html | undefined {
  return operation === "same" && counts.some(([other]) => other !== "same") ? markup` hidden` : undefined;
}

function concurrency({ timing, durationMs }: Report): Html {
  const { concurrency: changes, most } = timing;
  if (most === 0) return markup``;
  const x = (ms: number): string => ((1000 * ms) / Math.max(1, durationMs)).toFixed(1);
  const y = (running: number): string => (40 - (38 * running) / most).toFixed(1);
  const steps = changes.map(({ atMs, running }) => `H${x(atMs)}V${y(running)}`).join("");
  return markup`<div class="gantt-like">
    <span class="who">At once: at most ${most}</span>
    <svg
      class="bar running"
      width="100%"
      height="40"
      viewBox="0 0 1000 40"
      preserveAspectRatio="none"
      role="img"
      aria-label="${`Number of concurrent steps during the run: at most ${most}`}"
    >
      <path d="M0 40${steps}H1000V40Z" /></svg
    ><span class="took"></span>
  </div>`;
}

function whereTimeWent({ timing, durationMs, resolutionMs }: Report): Html {
  const idle = { kind: "No running step: program, engine, waiting", resources: 0, workMs: 0, shareMs: timing.idleMs };
  const rows = [...timing.kinds, idle].map(({ kind, resources, workMs: work, shareMs }) => {
    const bar = markup`<svg width="100%" height="12" aria-hidden="true">
      <rect class="share" width="${at(shareMs, durationMs)}" height="12" />
    </svg>`;
    return markup`<tr>
      <th scope="row">${kind}</th>
      <td class="number">${resources || ""}</td>
      <td class="number">${resources > 0 && duration(work, resolutionMs)}</td>
      <td class="number">${duration(shareMs, resolutionMs)}</td>
      <td class="number">${percent(shareMs, durationMs)}</td>
      <td class="chart">${bar}</td>
    </tr>`;
  });
  return markup`<h3 id="kinds-title">Where the time went</h3>
    <p>
      Every moment of the run is divided among the kinds of steps that were under way in it, so the shares add up to the
      run. “Work” adds up the steps' own times.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="kinds-title">
      <table class="kinds">
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Resources</th>
            <th scope="col">Work</th>
            <th scope="col">Share</th>
            <th scope="col">Of the run</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}
