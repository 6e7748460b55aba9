import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition; `everyMs` is short where a passing moment must be met. */
export async function until(
  what: string,
  is: () => boolean | Promise<boolean>,
  limitMs = 60_000,
  everyMs = 20,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await is())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs / 1000} s, and still not: ${what}`);
    await sleep(everyMs);
  }
}
