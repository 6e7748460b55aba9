/** A run as the report shows it: nothing here depends on where the run was recorded, and no value is a secret. */
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
  /** How many resources each operation had. */
  counts: [Operation, number][];
  /** In the order of their beginning; numbers elsewhere are positions in this list. */
  resources: ReportResource[];
  /** What was said about no resource in particular. */
  messages: Message[];
  timing: Timing;
  outputs: OutputValue[];
  /** False where no state was there to tell what needs what. */
  dependenciesKnown: boolean;
}

export type Operation = "create" | "update" | "replace" | "delete" | "read" | "import" | "refresh" | "discard" | "same";

export interface ReportResource {
  urn: string;
  name: string;
  type: string;
  /** The type as people say it: `Deployment (apps/v1)`. */
  kind: string;
  operation: Operation;
  outcome: "done" | "failed" | "unfinished";
  /** A component groups others and does no work of its own. */
  component: boolean;
  protected: boolean;
  /** The component around it, where that is not the stack. */
  parent: number | undefined;
  needs: number[];
  phases: Phase[];
  /** On the longest chain of steps that waited for each other. */
  critical: boolean;
  messages: Message[];
  changes: PropertyChange[];
}

/** One piece of work; a replacement has two. Times are milliseconds from the run's beginning. */
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
  /** Another value means another resource. */
  replaces: boolean;
  /** Texts as they are shown; undefined on the side where there was nothing. */
  before?: string;
  after?: string;
  /** For texts of several lines: a diff, each line with its sign. */
  lines?: string[];
}

export interface OutputValue {
  name: string;
  value: string;
  secret: boolean;
}

export interface Timing {
  /** How many steps were under way from this moment on. */
  concurrency: { atMs: number; running: number }[];
  most: number;
  /** Where the time went: every moment is divided among the kinds under way in it, so that the shares are the run. */
  kinds: KindTime[];
  /** No step was under way: the program, the engine, waiting. */
  idleMs: number;
  criticalMs: number;
  /** Resources on the critical path, in order. */
  critical: number[];
}

export interface KindTime {
  kind: string;
  resources: number;
  /** The steps' own times, added up. */
  workMs: number;
  /** Its part of the run. */
  shareMs: number;
}
