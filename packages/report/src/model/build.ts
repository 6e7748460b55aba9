import { isDefaultProvider, stackType, urnName, type EngineEvent } from "pulumi-embedded-engine/data";
import type { TimedEvent } from "../input/event-log.ts";
import type { RunRecord } from "../input/record.ts";
import { changesOf, outputText } from "./changes.ts";
import { kindOf } from "./kind.ts";
import { maskFor } from "./mask.ts";
import { inheritedNeeds } from "./graph.ts";
import { messagesByUrn } from "./messages.ts";
import type { Message, Operation, OutputValue, Report, ReportResource } from "./model.ts";
import { announces, operationOf, outcomeOf, pairSteps, type Step } from "./steps.ts";
import { timingOf } from "./timing.ts";

/** Builds the report's data from a record. */
export function buildReport(record: RunRecord): Report {
  const { events, resolutionMs, engine } = record;
  const beganMs = events[0]?.at ?? 0;
  const durationMs = (events.at(-1)?.at ?? beganMs) - beganMs;
  const steps = pairSteps(events, beganMs);
  const messages = messagesByUrn(events);
  const byUrn = Map.groupBy(steps, ({ metadata }) => metadata.urn);
  const dependenciesKnown = record.resources.length > 0;
  const resources = resourcesOf(byUrn, record, messages, durationMs);
  const timing = timingOf(resources, durationMs, dependenciesKnown);
  for (const index of timing.critical) (resources[index] as ReportResource).critical = true;
  const [, , stack = "", , project = ""] = ([...byUrn.keys()][0] ?? "").split(":");
  const shown = new Set(resources.map(({ urn }) => urn));
  const report: Report = {
    ...{ stack, project, engine, durationMs, resolutionMs, dependenciesKnown, resources, timing },
    command: commandOf(record, steps),
    result: resultOf(events),
    beganAt: new Date(beganMs).toISOString(),
    counts: countsOf(resources),
    messages: [...messages].filter(([urn]) => !shown.has(urn)).flatMap(([, list]) => list),
    outputs: outputsOf(byUrn, record),
  };
  const mask = maskFor(record, project);
  return hideSecrets(report, (text) => mask.hide(text));
}

function resourcesOf(
  byUrn: ReadonlyMap<string, Step[]>,
  { resources: facts }: RunRecord,
  messages: ReadonlyMap<string, Message[]>,
  durationMs: number,
): ReportResource[] {
  const urns = [...byUrn.keys()].filter((urn) => !isDefaultProvider(urn) && !urn.includes(`::${stackType}::`));
  const position = new Map(urns.map((urn, index) => [urn, index]));
  const needs = Map.groupBy(facts, ({ urn }) => urn);
  const own = urns.map((urn, index): ReportResource => {
    const steps = byUrn.get(urn) as Step[];
    const operation = operationOf(steps);
    const { metadata } = telling(steps);
    const state = metadata.new ?? metadata.old;
    const component = state?.custom !== true;
    const found = (needs.get(urn) ?? [])
      .flatMap(({ dependencies }) => dependencies)
      .map((other) => position.get(other));
    return {
      urn,
      name: urnName(urn),
      type: metadata.type,
      kind: kindOf({ type: metadata.type, component }),
      operation,
      outcome: outcomeOf(steps),
      component,
      protected: state?.protect === true,
      parent: position.get(state?.parent ?? ""),
      needs: [...new Set(found.filter((other): other is number => other !== undefined && other !== index))],
      phases: phasesOf(steps, durationMs),
      critical: false,
      messages: messages.get(urn) ?? [],
      changes: changesOf(operation, metadata),
    };
  });
  return own.map((resource, index) => ({ ...resource, needs: inheritedNeeds(own, index) }));
}

/** The step that contains the result of the others. */
function telling(steps: readonly Step[]): Step {
  return (steps.find(({ metadata: { op } }) => op === "replace") ?? steps[0]) as Step;
}

function phasesOf(steps: readonly Step[], durationMs: number): ReportResource["phases"] {
  const work = steps.filter(({ metadata }) => !announces(metadata.op));
  return (work.length > 0 ? work : steps).map(({ metadata, startMs, endMs = durationMs }) => ({
    what: metadata.op,
    startMs,
    endMs,
  }));
}

function commandOf({ command, events }: RunRecord, steps: readonly Step[]): string {
  if (command !== undefined) return command;
  const planned = events.some(
    ({ event }) =>
      ("resourcePreEvent" in event && event.resourcePreEvent.planning) ||
      ("summaryEvent" in event && (event.summaryEvent as Summary).isPreview === true),
  );
  if (planned) return "preview";
  const ops = new Set(steps.map(({ metadata }) => metadata.op));
  return ops.size > 0 && [...ops].every((op) => op === "delete") ? "destroy" : "up";
}

/** Fields of the summary in newer versions of Pulumi. */
type Summary = Extract<EngineEvent, { summaryEvent: unknown }>["summaryEvent"] & {
  isPreview?: boolean;
  result?: string;
};

function resultOf(events: readonly TimedEvent[]): Report["result"] {
  const find = (key: string): number => events.findIndex(({ event }) => key in event);
  const [cancel, summary] = [find("cancelEvent"), find("summaryEvent")];
  const failed = events.some(
    ({ event }) =>
      "resOpFailedEvent" in event ||
      "errorEvent" in event ||
      ("diagnosticEvent" in event && event.diagnosticEvent.severity === "error"),
  );
  const last = events[summary]?.event;
  const reported = last !== undefined && "summaryEvent" in last ? (last.summaryEvent as Summary).result : undefined;
  // Pulumi ends every log with a cancel event. It means a cancellation only before the summary or without one.
  if (reported === "canceled" || (summary >= 0 && cancel >= 0 && cancel < summary)) return "cancelled";
  if (failed || reported === "failed") return "failed";
  if (summary >= 0) return "succeeded";
  return cancel >= 0 ? "cancelled" : "unfinished";
}

function countsOf(resources: readonly ReportResource[]): [Operation, number][] {
  const order: Operation[] = ["create", "update", "replace", "delete", "import", "read", "refresh", "discard", "same"];
  return order
    .map((operation): [Operation, number] => [operation, resources.filter((one) => one.operation === operation).length])
    .filter(([, count]) => count > 0);
}

/** The outputs of the last step that registered them, or of the state. */
function outputsOf(byUrn: ReadonlyMap<string, Step[]>, { resources }: RunRecord): OutputValue[] {
  const steps = [...byUrn].find(([urn]) => urn.includes(`::${stackType}::`))?.[1] ?? [];
  if (steps.some(({ metadata }) => metadata.op === "delete")) return [];
  const registered = steps.at(-1)?.metadata.new?.outputs ?? {};
  const state = resources.find(({ type }) => type === stackType)?.outputs ?? {};
  const outputs = Object.keys(registered).length > 0 ? registered : state;
  return Object.entries(outputs).map(([name, value]) => ({ name, ...outputText(value) }));
}

/** Applies `hide` to all text except names. */
function hideSecrets(report: Report, hide: (text: string) => string): Report {
  const hideIn = (messages: readonly Message[]): Message[] =>
    messages.map((message) => ({ ...message, text: hide(message.text) }));
  return {
    ...report,
    messages: hideIn(report.messages),
    outputs: report.outputs.map((output) => ({ ...output, value: hide(output.value) })),
    resources: report.resources.map((resource) => ({
      ...resource,
      messages: hideIn(resource.messages),
      changes: resource.changes.map(({ before, after, lines, ...change }) => ({
        ...change,
        ...(before === undefined ? {} : { before: hide(before) }),
        ...(after === undefined ? {} : { after: hide(after) }),
        ...(lines === undefined ? {} : { lines: lines.map(hide) }),
      })),
    })),
  };
}
