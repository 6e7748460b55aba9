import { setTimeout as sleep } from "node:timers/promises";

/** Result of an attempt: an answer, or why there is none yet. */
export type Try<T> = { answer: T } | { notYet: string };

/** Retries until there is an answer or the time limit is reached; then returns the reason of the last attempt. */
export async function tryUntil<T>(
  once: (secondsLeft: number) => Promise<Try<T>>,
  limitSeconds: number,
  onWait: (why: string) => void = () => undefined,
): Promise<Try<T>> {
  const end = Date.now() + limitSeconds * 1000;
  let reported = "";
  for (let pause = 1000; ; pause = Math.min(pause * 2, 10_000)) {
    const found = await once(Math.max(1, (end - Date.now()) / 1000));
    if ("answer" in found || Date.now() + pause > end) return found;
    if (found.notYet !== reported) onWait(found.notYet);
    reported = found.notYet;
    await sleep(pause);
  }
}
