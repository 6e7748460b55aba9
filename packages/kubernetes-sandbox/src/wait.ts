import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  readonly limitMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Looked at before each try; may throw to give up early. */
  readonly guard?: () => void;
}

/** Tries until `attempt` answers true. An attempt that throws counts as "not yet"; the last error is told at the end. */
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
