/** Rails drops a connection after this time without a query (`idle_timeout`). */
const idleMs = 300_000;

/** Rails' connection pool with one connection, which opens at the first query. `/api` opens none. */
export class ConnectionPool {
  readonly #now: () => number;
  #lastQueryMs = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  query(): void {
    this.#lastQueryMs = this.#now();
  }

  /** `connection.active?`. */
  get isActive(): boolean {
    return this.#now() - this.#lastQueryMs < idleMs;
  }
}
