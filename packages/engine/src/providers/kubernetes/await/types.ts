import type { KubeObject } from "../objects.ts";

/** The data for judging an object during a wait. */
export interface Observation {
  /** The object itself; undefined after its deletion. */
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
  /** True if the object can never become ready. */
  failed?: boolean;
  /** The current status, in one line. */
  status?: string;
  /** Why the object is not ready: shown during the wait, and reported if it fails. */
  reasons: string[];
  /** Judge again after this time even if nothing changes. */
  recheckMs?: number;
}

export interface Awaiter {
  /** Kinds to watch beside the object, all in its namespace. */
  related?: { apiVersion: string; kind: string; name?: "same" }[];
  /** Time limit if the program sets none. Default: 10 min. */
  defaultTimeoutSeconds?: number;
  /** Message for a timeout, if it differs from the default. */
  timeoutMessage?: string;
  judge: (observation: Observation) => Verdict;
}
