import { setTimeout as sleep } from "node:timers/promises";
import type { Kubectl } from "../lib/kubernetes/kubectl.ts";
import type { Cause } from "./cause.ts";
import { causesAt, keyOf } from "./causes.ts";
import { readLastLine, readObjects } from "./read.ts";
import { formatCause, formatGone, show, type Shown } from "./report.ts";

export interface WatchOptions {
  kubectl: Kubectl;
  print: (text: string) => void;
  colour?: boolean;
  /** Jobs that failed before are ignored. */
  since: number;
  intervalMs?: number;
}

/** Failures in a row before they are reported: an API server may restart. */
const tolerated = 3;

/** Reads the namespace every few seconds, and prints each cause once when it becomes certain, and when it is gone. */
export class Watch {
  readonly #options: WatchOptions;
  #shown = new Map<string, Shown>();
  #failures = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** The causes of the last look, the most decisive first. */
  get current(): Shown[] {
    return [...this.#shown.values()];
  }

  async look(): Promise<void> {
    const { print, colour, since } = this.#options;
    const causes = causesAt({ objects: await readObjects(this.#options.kubectl), now: Date.now(), since });
    const before = this.#shown;
    this.#shown = new Map(
      await Promise.all(
        causes.map(async (cause) => [keyOf(cause), before.get(keyOf(cause)) ?? (await this.#complete(cause))] as const),
      ),
    );
    for (const [key, shown] of this.#shown)
      if (!before.has(key)) print(formatCause(shown, { colour: colour ?? false }));
    for (const key of before.keys()) if (!this.#shown.has(key)) print(formatGone(key));
  }

  /** Looks until the signal; a cluster that does not answer is reported once and asked again. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.tryLook();
      await sleep(this.#options.intervalMs ?? 5000, undefined, { signal }).catch(() => undefined);
    }
  }

  async tryLook(): Promise<void> {
    try {
      await this.look();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === tolerated) this.#options.print((error as Error).message);
    }
  }

  async #complete(cause: Cause): Promise<Shown> {
    const line = cause.log === undefined ? undefined : await readLastLine(this.#options.kubectl, cause.log);
    return show(cause, (args) => this.#options.kubectl.words(args), line);
  }
}
