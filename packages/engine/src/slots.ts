/** Limits the number of concurrent operations. */
export class Slots {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await operation();
    } finally {
      const next = this.#waiting.shift();
      // The slot passes directly to the next operation.
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
