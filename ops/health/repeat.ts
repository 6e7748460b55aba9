import { InvalidArgumentError } from "commander";
import { setTimeout as sleep } from "node:timers/promises";

/** Aborts on SIGINT and SIGTERM; a second signal ends the process. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => controller.abort(new Error(`interrupted by ${name}`)));
  return controller.signal;
}

/** Repeats `once` until the signal, with the interval between starts. Without an interval, runs it once. */
export async function repeat(
  intervalSeconds: number | undefined,
  signal: AbortSignal,
  once: () => Promise<void>,
): Promise<void> {
  do {
    const started = Date.now();
    await once();
    if (intervalSeconds === undefined) return;
    const left = intervalSeconds * 1000 - (Date.now() - started);
    await sleep(Math.max(0, left), undefined, { signal }).catch(() => undefined);
  } while (!signal.aborted);
}

export function secondsArgument(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Use whole seconds from ${minimum} to ${maximum}.`);
  };
}
