import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition; use a short `everyMs` for a brief state. */
export async function until(
  what: string,
  is: () => boolean | Promise<boolean>,
  limitMs = 60_000,
  everyMs = 20,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await is())) {
    if (performance.now() > end) throw new Error(`timed out after ${limitMs / 1000} s: ${what}`);
    await sleep(everyMs);
  }
}
