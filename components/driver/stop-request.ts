/** Whether a run was asked to stop. */
export class StopRequest {
  #requested = false;
  #cleaning = 0;

  /** From here on, SIGINT and SIGTERM end the work at its next call of flyctl, and not this process at once. */
  heedSignals(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (this.#requested = true));
  }

  /** Never while the run cleans up. */
  get mustStop(): boolean {
    return this.#requested && !this.isCleaningUp;
  }

  get isCleaningUp(): boolean {
    return this.#cleaning > 0;
  }

  /** Work that restores what was taken away: it goes on although the run was asked to stop. */
  async cleaningUp<T>(work: () => Promise<T>): Promise<T> {
    this.#cleaning += 1;
    try {
      return await work();
    } finally {
      this.#cleaning -= 1;
    }
  }
}
