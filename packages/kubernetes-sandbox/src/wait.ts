import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  readonly limitMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called before each attempt; may throw to stop waiting. */
  readonly guard?: () => void;
}

/** Retries until `attempt` returns true. An attempt that throws is retried; the last error becomes the cause. */
export async function waitUntil(what: string, attempt: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const end = performance.now() + options.limitMs;
  let last: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    options.guard?.();
    try {
      if (await attempt()) return;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      throw new Error(`${what}: not ready after ${Math.round(options.limitMs / 1000)} s.`, { cause: last });
    }
    await sleep(options.everyMs ?? 100);
  }
}
