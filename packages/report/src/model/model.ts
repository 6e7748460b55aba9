/** The data of the report, independent of the recording engine and without secrets. */
export interface Report {
  stack: string;
  project: string;
  engine: string;
  command: string;
  result: "succeeded" | "failed" | "cancelled" | "unfinished";
  /** ISO 8601, UTC. */
  beganAt: string;
  durationMs: number;
  resolutionMs: number;
  /** Number of resources per operation. */
  counts: [Operation, number][];
  /** In start order; numbers elsewhere are positions in this list. */
  resources: ReportResource[];
  /** Messages without a resource. */
  messages: Message[];
  timing: Timing;
  outputs: OutputValue[];
  /** False without a state, which contains the dependencies. */
  dependenciesKnown: boolean;
}

export type Operation = "create" | "update" | "replace" | "delete" | "read" | "import" | "refresh" | "discard" | "same";

export interface ReportResource {
  urn: string;
  name: string;
  type: string;
  /** The readable type: `Deployment (apps/v1)`. */
  kind: string;
  operation: Operation;
  outcome: "done" | "failed" | "unfinished";
  /** A component groups other resources and has no operations itself. */
  component: boolean;
  protected: boolean;
  /** The parent component, unless it is the stack. */
  parent: number | undefined;
  needs: number[];
  phases: Phase[];
  /** On the longest chain of steps that waited for each other. */
  critical: boolean;
  messages: Message[];
  changes: PropertyChange[];
}

/** One step; a replacement has two. Times are milliseconds since the start of the run. */
export interface Phase {
  what: string;
  startMs: number;
  endMs: number;
}

export interface Message {
  severity: "error" | "warning" | "info";
  text: string;
}

export interface PropertyChange {
  path: string;
  kind: "add" | "update" | "delete";
  /** A changed value replaces the resource. */
  replaces: boolean;
  /** The displayed texts; undefined if there is no value on that side. */
  before?: string;
  after?: string;
  /** For multi-line texts: a diff, each line with its sign. */
  lines?: string[];
}

export interface OutputValue {
  name: string;
  value: string;
  secret: boolean;
}

export interface Timing {
  /** Number of running steps from this moment on. */
  concurrency: { atMs: number; running: number }[];
  most: number;
  /** Time per kind: every moment is divided among the kinds that are running, so that the shares add up to the run. */
  kinds: KindTime[];
  /** Time without a running step: the program, the engine, waiting. */
  idleMs: number;
  criticalMs: number;
  /** Resources on the critical path, in order. */
  critical: number[];
}

export interface KindTime {
  kind: string;
  resources: number;
  /** The sum of the steps' durations. */
  workMs: number;
  /** Its share of the run. */
  shareMs: number;
}
