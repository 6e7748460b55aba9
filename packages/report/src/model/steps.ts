import type { EngineEvent, Op, StepEventMetadata } from "pulumi-embedded-engine/data";
import type { TimedEvent } from "../input/event-log.ts";
import type { Operation, ReportResource } from "./model.ts";

/** One step, from its start event to its end event. */
export interface Step {
  metadata: StepEventMetadata;
  startMs: number;
  /** Undefined if the run ended first. */
  endMs: number | undefined;
  failed: boolean;
}

/** Pairs the start and end events of each step, in start order. */
export function pairSteps(events: readonly TimedEvent[], beganMs: number): Step[] {
  const steps: Step[] = [];
  const open = new Map<string, Step>();
  for (const { at, event } of events) {
    const found = stepEvent(event);
    if (found === undefined) continue;
    const { metadata, end } = found;
    const key = `${metadata.op} ${metadata.urn}`;
    const time = Math.max(0, at - beganMs);
    const step = open.get(key);
    if (end === undefined) {
      const begun: Step = { metadata, startMs: time, endMs: undefined, failed: false };
      steps.push(begun);
      open.set(key, begun);
    } else if (step !== undefined && (step.endMs === undefined || end === "done")) {
      // A stack has a second end event with its outputs; the first is the end of the step.
      step.metadata = end === "done" ? { ...metadata, ...kept(step.metadata, metadata) } : step.metadata;
      step.endMs ??= time;
      step.failed ||= end === "failed";
    }
  }
  return steps;
}

/** Data of the start event that is missing in the end event. */
function kept(before: StepEventMetadata, after: StepEventMetadata): Partial<StepEventMetadata> {
  return after.detailedDiff ? {} : { ...(before.detailedDiff ? { detailedDiff: before.detailedDiff } : {}) };
}

function stepEvent(event: EngineEvent): { metadata: StepEventMetadata; end?: "done" | "failed" } | undefined {
  if ("resourcePreEvent" in event) return { metadata: event.resourcePreEvent.metadata };
  if ("resOutputsEvent" in event) return { metadata: event.resOutputsEvent.metadata, end: "done" };
  if ("resOpFailedEvent" in event) return { metadata: event.resOpFailedEvent.metadata, end: "failed" };
  return undefined;
}

const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  "create-replacement": "replace",
  update: "update",
  delete: "delete",
  "delete-replaced": "replace",
  replace: "replace",
  read: "read",
  "read-replacement": "replace",
  refresh: "refresh",
  import: "import",
  "import-replacement": "replace",
  discard: "discard",
  "discard-replaced": "replace",
  "remove-pending-replace": "delete",
};

/** The combined operation of a resource's steps. Deleting an old copy from an earlier run is not a replacement. */
export function operationOf(steps: readonly Step[]): Operation {
  const ops = new Set<string>(steps.map(({ metadata }) => metadata.op));
  if (ops.size === 1 && ops.has("delete-replaced")) return "delete";
  const rank: readonly Operation[] = ["replace", "delete", "create", "update", "import", "read", "refresh", "discard"];
  const found = new Set([...ops].map((op) => operations[op] ?? "same"));
  return rank.find((operation) => found.has(operation)) ?? "same";
}

export function outcomeOf(steps: readonly Step[]): ReportResource["outcome"] {
  if (steps.some(({ failed }) => failed)) return "failed";
  return steps.some(({ endMs }) => endMs === undefined) ? "unfinished" : "done";
}

/** Steps that only announce other steps. */
export const announces = (op: Op): boolean => op === "replace" || op === "remove-pending-replace";
