import { redact } from "./secret-mask.ts";
import type { ResourceState } from "./resource-state.ts";
import type { Props } from "./values.ts";

/** The operation of a step, with Pulumi's names. */
export type Op =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace";

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export type Severity = "info" | "info#err" | "warning" | "error" | "debug";

/** A resource in an event: secrets are `[secret]`. */
export interface EventState {
  urn: string;
  type: string;
  custom: boolean;
  id: string;
  parent: string;
  provider: string;
  delete?: boolean;
  protect?: boolean;
  retainOnDelete?: boolean;
  initErrors?: string[];
  inputs: Props;
  outputs: Props;
}

export interface StepEventMetadata {
  op: Op;
  urn: string;
  type: string;
  old?: EventState;
  new?: EventState;
  /** Properties that force a replacement. */
  keys?: string[];
  /** Properties that changed. */
  diffs?: string[];
  detailedDiff?: Record<string, { diffKind: DiffKind; inputDiff: boolean }>;
  /** False for the parts of a replacement. */
  logical: boolean;
  provider: string;
}

export interface Diagnostic {
  severity: Severity;
  message: string;
  urn?: string;
}

export type Changes = Partial<Record<Op, number>>;

/** One object per event, in the shape of `pulumi up --event-log`. */
export type EngineEvent = { sequence: number; timestamp: number } & EventBody;

export type EventBody =
  | { preludeEvent: { config: Record<string, string> } }
  | { resourcePreEvent: { metadata: StepEventMetadata; planning: boolean } }
  | { resOutputsEvent: { metadata: StepEventMetadata; planning: boolean } }
  | { resOpFailedEvent: { metadata: StepEventMetadata; status: number; steps: number } }
  | { diagnosticEvent: { urn?: string; message: string; severity: Severity; color: "never"; ephemeral?: boolean } }
  | { summaryEvent: { maybeCorrupt: boolean; durationSeconds: number; resourceChanges: Changes } }
  | { cancelEvent: Record<string, never> };

export function eventState(resource: ResourceState): EventState {
  return {
    urn: resource.urn,
    type: resource.type,
    custom: resource.custom,
    id: resource.id ?? "",
    parent: resource.parent ?? "",
    provider: resource.provider ?? "",
    ...(resource.delete === true ? { delete: true } : {}),
    ...(resource.protect === true ? { protect: true } : {}),
    ...(resource.retainOnDelete === true ? { retainOnDelete: true } : {}),
    ...(resource.initErrors === undefined ? {} : { initErrors: resource.initErrors }),
    inputs: redact(resource.inputs ?? {}),
    outputs: redact(resource.outputs ?? {}),
  };
}
