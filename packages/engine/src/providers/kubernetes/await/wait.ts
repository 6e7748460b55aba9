import type { Cluster } from "../cluster.ts";
import { annotationNames, annotation, nameOf, namespaceOf, type KubeObject } from "../objects.ts";
import { follow, type Collection } from "../watch.ts";
import type { Awaiter, Verdict } from "./types.ts";

const defaultTimeoutSeconds = 600;

/** The wait ended without the object being ready. */
export class NotReadyError extends Error {
  readonly object: KubeObject;
  readonly reasons: string[];
  constructor(message: string, object: KubeObject, reasons: string[]) {
    super(message);
    this.name = "NotReadyError";
    this.object = object;
    this.reasons = reasons;
  }
}

/** The time limit of an operation: the resource option, then the annotation, then the default. */
export function timeoutSeconds(
  option: number | undefined,
  inputs: KubeObject,
  fallback = defaultTimeoutSeconds,
): number {
  if (option) return option;
  const text = annotation(inputs, annotationNames.timeoutSeconds);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : fallback;
}

export interface WaitOptions {
  written: KubeObject;
  before: KubeObject | undefined;
  timeoutSeconds: number;
  signal: AbortSignal;
  info(message: string): void;
}

/** Watches an object and related objects until the awaiter accepts it. Returns the object. */
export async function waitUntilReady(cluster: Cluster, awaiter: Awaiter, options: WaitOptions): Promise<KubeObject> {
  const { written, before } = options;
  const start = Date.now();
  const stop = new AbortController();
  const limit = AbortSignal.timeout(options.timeoutSeconds * 1000);
  const watching = AbortSignal.any([stop.signal, limit, options.signal]);
  const state = {
    object: undefined as KubeObject | undefined,
    last: written,
    related: {} as Record<string, KubeObject[]>,
    changed: {} as Record<string, number>,
  };
  let verdict: Verdict = { ready: false, reasons: [] };
  let recheck: NodeJS.Timeout | undefined;
  const reported = new Set<string>();

  // Each message is reported once, because a wait can see hundreds of events.
  const report = (message: string | undefined) => {
    if (message === undefined || reported.has(message)) return;
    reported.add(message);
    options.info(message);
  };

  try {
    return await new Promise<KubeObject>((resolve, reject) => {
      const end = (message: string) => reject(new NotReadyError(message, state.last, verdict.reasons));
      const judge = () => {
        if (watching.aborted) return;
        clearTimeout(recheck);
        const now = Date.now();
        const quietMs = Object.fromEntries(Object.entries(state.changed).map(([kind, time]) => [kind, now - time]));
        try {
          verdict = awaiter.judge({
            object: state.object,
            related: state.related,
            written,
            before,
            quietMs,
            elapsedMs: now - start,
          });
        } catch (error) {
          verdict = { ready: false, reasons: [(error as Error).message] };
          return end((error as Error).message);
        }
        report(verdict.status);
        if (verdict.ready) return resolve(state.last);
        for (const reason of verdict.reasons) report(reason);
        if (verdict.failed) return end(`Resource '${nameOf(written)}' was created but failed to initialize`);
        if (verdict.recheckMs !== undefined) recheck = setTimeout(judge, verdict.recheckMs);
      };
      limit.addEventListener("abort", () =>
        end(awaiter.timeoutMessage ?? `'${nameOf(written)}' timed out waiting to be Ready`),
      );
      options.signal.addEventListener("abort", () => end(`Resource operation was cancelled for "${nameOf(written)}"`), {
        signal: stop.signal,
      });
      if (options.signal.aborted) return end(`Resource operation was cancelled for "${nameOf(written)}"`);

      const self = {
        apiVersion: written["apiVersion"],
        kind: written["kind"],
        namespace: namespaceOf(written),
        name: nameOf(written),
      };
      void follow(cluster, self, watching, (objects) => {
        state.object = objects.get(nameOf(written));
        state.last = state.object ?? state.last;
        judge();
      });
      for (const { apiVersion, kind, name } of awaiter.related ?? []) {
        const collection: Collection = {
          apiVersion,
          kind,
          namespace: namespaceOf(written),
          ...(name ? { name: nameOf(written) } : {}),
        };
        void follow(cluster, collection, watching, (objects) => {
          state.related[kind] = [...objects.values()];
          state.changed[kind] = Date.now();
          // Without the object itself there is nothing to judge.
          if (state.object) judge();
        });
      }
    });
  } finally {
    clearTimeout(recheck);
    stop.abort();
  }
}
