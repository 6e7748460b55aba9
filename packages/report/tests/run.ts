import { readFileSync } from "node:fs";
import type { DiffKind, EventBody, Op, StepEventMetadata, Props } from "pulumi-embedded-engine/data";
import { parseEventLog } from "../src/input/event-log.ts";
import type { RunCommand, RunRecord } from "../src/input/record.ts";
import { parseState } from "../src/input/state.ts";

export interface MadeStep {
  name: string;
  type?: string;
  op?: Op;
  /** URN of the parent component. */
  parent?: string;
  custom?: boolean;
  protect?: boolean;
  needs?: string[];
  startMs: number;
  /** Undefined: the run ends first. */
  endMs?: number | undefined;
  failed?: boolean;
  old?: Props;
  new?: Props;
  diff?: Record<string, DiffKind>;
  messages?: { text: string; severity?: "error" | "warning" | "info" | "debug" }[];
}

export const stackUrn = "urn:pulumi:made::app::pulumi:pulumi:Stack::app-made";
export const urnOf = (name: string, type = "app:test:Thing"): string => `urn:pulumi:made::app::${type}::${name}`;

/** The record of a run that has these steps, as the embedded engine reports it. */
export function madeRun(
  steps: readonly MadeStep[],
  { command = "up", outputs = {} }: { command?: RunCommand; outputs?: Props } = {},
): RunRecord {
  const began = Date.UTC(2026, 0, 2, 3, 4, 5);
  const emitted: { at: number; body: EventBody }[] = [{ at: 0, body: { preludeEvent: { config: {} } } }];
  const planning = command === "preview";
  const stack = metadata({ name: "app-made", type: "pulumi:pulumi:Stack", custom: false, startMs: 0, new: {} }, {});
  emitted.push({ at: 0, body: { resourcePreEvent: { metadata: stack, planning } } });
  for (const step of steps) {
    const { startMs, endMs, failed = false, messages = [] } = step;
    emitted.push({ at: startMs, body: { resourcePreEvent: { metadata: metadata(step, {}), planning } } });
    const urn = urnOf(step.name, step.type);
    for (const { text, severity = "error" } of messages)
      emitted.push({
        at: endMs ?? startMs,
        body: { diagnosticEvent: { urn, message: text, severity, color: "never" } },
      });
    if (endMs === undefined) continue;
    const done = metadata(step, step.new ?? {});
    const body = failed
      ? { resOpFailedEvent: { metadata: done, status: 0, steps: 0 } }
      : { resOutputsEvent: { metadata: done, planning } };
    emitted.push({ at: endMs, body });
  }
  const last = Math.max(0, ...emitted.map(({ at }) => at));
  const ended = { ...stack, new: { ...stack.new, outputs } } as StepEventMetadata;
  emitted.push({ at: last, body: { resOutputsEvent: { metadata: ended, planning } } });
  emitted.push({ at: last, body: { summaryEvent: { maybeCorrupt: false, durationSeconds: 0, resourceChanges: {} } } });
  const events = emitted
    .sort((a, b) => a.at - b.at)
    .map(({ at, body }, sequence) => ({
      at: began + at,
      event: { sequence, timestamp: Math.floor((began + at) / 1000), ...body },
    }));
  const resources = steps.map(({ name, type = "app:test:Thing", parent = stackUrn, needs = [], new: inputs = {} }) => {
    return { urn: urnOf(name, type), type, parent, dependencies: needs, inputs, outputs: {} };
  });
  return { events, resolutionMs: 1, command, engine: "a test", resources };
}

function metadata(step: MadeStep, outputs: Props): StepEventMetadata {
  const { name, type = "app:test:Thing", op = "create", parent, custom = true, protect = false, diff } = step;
  const shared = { urn: urnOf(name, type), type, custom, id: "", parent: parent ?? stackUrn, provider: "", protect };
  const detailed = Object.entries(diff ?? {}).map(([path, diffKind]) => [path, { diffKind, inputDiff: true }]);
  return {
    op,
    urn: shared.urn,
    type,
    ...(step.old ? { old: { ...shared, inputs: step.old, outputs: {} } } : {}),
    ...(step.new || op !== "delete" ? { new: { ...shared, inputs: step.new ?? {}, outputs } } : {}),
    ...(diff ? { detailedDiff: Object.fromEntries(detailed) as NonNullable<StepEventMetadata["detailedDiff"]> } : {}),
    logical: true,
    provider: "",
  };
}

/** What the real Pulumi wrote about a run of a small program, and the state that it left. */
export function recordedRun(name: "create" | "change" | "failure", withState = true): RunRecord {
  const read = (file: string): string => readFileSync(new URL(`recorded/${file}`, import.meta.url), "utf8");
  const resources = withState ? parseState(read(`${name}.state.json`), "state") : [];
  return { ...parseEventLog(read(`${name}.jsonl`), `${name}.jsonl`), engine: "Pulumi", resources };
}
