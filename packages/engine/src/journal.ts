import { eventState, type Changes, type Diagnostic, type EngineEvent, type EventBody, type Op } from "./events.ts";
import type { Severity, StepEventMetadata } from "./events.ts";
import { SecretMask } from "./secret-mask.ts";
import { makeStep, type Step, type StepParts } from "./steps.ts";
import { isDefaultProvider } from "./urn.ts";
import type { ResourceState } from "./resource-state.ts";

/** The parts of a replacement: a summary counts the replacement itself. */
const uncounted = new Set<Op>(["create-replacement", "delete-replaced", "read-replacement", "discard-replaced"]);

/** A running step. */
export interface OpenStep {
  step: Step;
  done(result?: ResourceState): void;
  failed(): void;
}

/** The log of a run: its steps, diagnostics and counts, emitted as events in real time. */
export class Journal {
  readonly steps: Step[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly changes: Changes = {};
  readonly mask = new SecretMask();
  readonly #planning: boolean;
  readonly #listener: ((event: EngineEvent) => void) | undefined;
  #sequence = 0;

  constructor(planning: boolean, listener: ((event: EngineEvent) => void) | undefined) {
    this.#planning = planning;
    this.#listener = listener;
  }

  emit(body: EventBody): void {
    this.#listener?.({ sequence: this.#sequence++, timestamp: Math.floor(Date.now() / 1000), ...body });
  }

  /** Reports a diagnostic with known secrets masked. Debug messages are only emitted as events. */
  report(severity: Severity, message: string, urn?: string): void {
    const text = this.mask.hide(message);
    const where = urn ? { urn } : {};
    if (severity !== "debug") this.diagnostics.push({ severity, message: text, ...where });
    this.emit({ diagnosticEvent: { message: text, severity, color: "never", ...where } });
  }

  status(message: string, urn: string): void {
    const text = this.mask.hide(message);
    this.emit({ diagnosticEvent: { message: text, severity: "info", color: "never", urn, ephemeral: true } });
  }

  begin(op: Op, parts: StepParts): OpenStep {
    for (const resource of [parts.old, parts.new]) this.#learn(resource);
    const step = makeStep(op, parts);
    this.steps.push(step);
    this.emit({ resourcePreEvent: { metadata: metadataOf(op, step, parts), planning: this.#planning } });
    return {
      step,
      done: (result) => {
        const after = result ?? parts.new;
        this.#learn(after);
        if (after?.id !== undefined) step.id = after.id;
        if (after?.outputs !== undefined) step.outputs = after.outputs;
        if (after?.inputs !== undefined) step.inputs = after.inputs;
        if (!uncounted.has(op) && !isDefaultProvider(step.urn)) this.changes[op] = (this.changes[op] ?? 0) + 1;
        const metadata = metadataOf(op, step, { ...parts, new: after });
        this.emit({ resOutputsEvent: { metadata, planning: this.#planning } });
      },
      failed: () => {
        step.failed = true;
        // A preview has only the diagnostic.
        if (this.#planning) return;
        this.emit({ resOpFailedEvent: { metadata: metadataOf(op, step, parts), status: 0, steps: 0 } });
      },
    };
  }

  /** A step without a duration. */
  note(op: Op, parts: StepParts): void {
    this.begin(op, parts).done();
  }

  #learn(resource: ResourceState | undefined): void {
    if (resource === undefined) return;
    this.mask.learn(resource.inputs);
    this.mask.learn(resource.outputs);
  }
}

function metadataOf(op: Op, step: Step, { old, new: next, diff }: StepParts): StepEventMetadata {
  const detailed = Object.entries(diff?.detailedDiff ?? {}).map(
    ([path, { kind }]) => [path, { diffKind: kind, inputDiff: true }] as const,
  );
  return {
    op,
    urn: step.urn,
    type: step.type,
    ...(old === undefined ? {} : { old: eventState(old) }),
    ...(next === undefined ? {} : { new: eventState(next) }),
    ...(diff === undefined
      ? {}
      : { keys: diff.replaceKeys, diffs: diff.diffs, detailedDiff: Object.fromEntries(detailed) }),
    logical: !uncounted.has(op),
    provider: step.provider ?? "",
  };
}
