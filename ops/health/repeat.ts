import { InvalidArgumentError } from "commander";
import { setTimeout as sleep } from "node:timers/promises";

/** A signal that Ctrl-C and an end by the system abort; a second one ends the process at once. */
export function endSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => controller.abort(new Error(`ended by ${name}`)));
  return controller.signal;
}

/** Does it every so many seconds, counted from one start to the next, until the signal; without them once. */
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

/** The argument of an option in whole seconds. */
export function secondsArgument(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Write whole seconds from ${minimum} to ${maximum}.`);
  };
}
