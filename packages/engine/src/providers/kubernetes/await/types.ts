import type { KubeObject } from "../objects.ts";

/** What is known while waiting for an object. */
export interface Observation {
  /** The object itself; undefined once it is gone. */
  object: KubeObject | undefined;
  /** Objects of other kinds in its namespace, by kind. */
  related: Record<string, KubeObject[]>;
  /** The object as the write returned it. */
  written: KubeObject;
  /** Before the write; undefined for a creation. */
  before: KubeObject | undefined;
  /** Milliseconds since the related objects of a kind last changed; infinite before the first list. */
  quietMs: Record<string, number>;
  /** Milliseconds since the wait began. */
  elapsedMs: number;
}

export interface Verdict {
  ready: boolean;
  /** It will never become ready: waiting longer is in vain. */
  failed?: boolean;
  /** What it is waiting for, in one line. */
  status?: string;
  /** Why it is not ready: shown while waiting, and told when the wait ends in vain. */
  reasons: string[];
  /** Judge again after this time even if nothing changes. */
  recheckMs?: number;
}

export interface Awaiter {
  /** Kinds to watch beside the object, all in its namespace. */
  related?: { apiVersion: string; kind: string; name?: "same" }[];
  /** For how long to wait, where the program does not say; ten minutes if not given. */
  defaultTimeoutSeconds?: number;
  /** What to say when the time is over, where that is not the usual. */
  timeoutMessage?: string;
  judge: (observation: Observation) => Verdict;
}
