import type { Outcome } from "./stand-in.ts";

/** Runs work by key: one run at a time per key, another run after a change during a run, retries after errors. */
export class Queue {
  readonly #work: (key: string) => Promise<Outcome | undefined>;
  readonly #active = new Map<string, { again: boolean }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waiting = new Set<string>();
  readonly #failures = new Map<string, number>();

  constructor(work: (key: string) => Promise<Outcome | undefined>) {
    this.#work = work;
  }

  add(key: string): void {
    const active = this.#active.get(key);
    if (active) {
      active.again = true;
      return;
    }
    void this.#run(key);
  }

  /** Runs the matching waiting keys again. */
  wake(fits: (key: string) => boolean = () => true): void {
    for (const key of [...this.#waiting]) if (fits(key)) this.add(key);
    // A run in progress may have read the old state.
    for (const [key, active] of this.#active) if (fits(key)) active.again = true;
  }

  /** Runs the key again after a delay; an earlier date replaces a later one. */
  later(key: string, ms: number): void {
    clearTimeout(this.#timers.get(key));
    const fire = () => {
      this.#timers.delete(key);
      this.add(key);
    };
    this.#timers.set(key, setTimeout(fire, ms));
  }

  async #run(key: string): Promise<void> {
    const active = { again: false };
    this.#active.set(key, active);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    try {
      const outcome = await this.#work(key);
      this.#failures.delete(key);
      if (outcome?.waiting) this.#waiting.add(key);
      else this.#waiting.delete(key);
      if (outcome?.againMs !== undefined) this.later(key, outcome.againMs);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      console.error(`${key}: ${error instanceof Error ? error.message : String(error)}`);
      this.later(key, Math.min(100 * 2 ** failures, 10_000));
    } finally {
      this.#active.delete(key);
      if (active.again) this.add(key);
    }
  }
}
