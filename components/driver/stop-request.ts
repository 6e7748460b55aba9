/** Whether a run was asked to stop. */
export class StopRequest {
  #requested = false;
  #cleaning = 0;

  /** After this call, SIGINT and SIGTERM stop the run at its next flyctl call instead of ending the process. */
  heedSignals(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (this.#requested = true));
  }

  /** False while the run cleans up. */
  get mustStop(): boolean {
    return this.#requested && !this.isCleaningUp;
  }

  get isCleaningUp(): boolean {
    return this.#cleaning > 0;
  }

  /** Runs cleanup that continues despite a stop request. */
  async cleaningUp<T>(work: () => Promise<T>): Promise<T> {
    this.#cleaning += 1;
    try {
      return await work();
    } finally {
      this.#cleaning -= 1;
    }
  }
}
