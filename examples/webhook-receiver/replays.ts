/**
 * Remembers what came already, so that a delivery that somebody recorded does nothing when it is sent again. It goes by
 * the signature: `X-Chatwoot-Delivery` is not signed, so whoever repeats a delivery can change it.
 *
 * One process's memory: with several, keep the signatures where all of them look, for instance in Redis by
 * `SET webhook:SIGNATURE 1 NX EX 600`.
 */
export class Replays {
  readonly #forgetAt = new Map<string, number>();
  readonly #keepMs: number;

  /** Twice the verifier's tolerance, since a delivery may be dated that far ahead. Default 600. */
  constructor(keepSeconds = 600) {
    this.#keepMs = keepSeconds * 1000;
  }

  /** Whether this verified signature is new; it is remembered. */
  isNew(signature: string, nowMs = Date.now()): boolean {
    for (const [known, forgetAt] of this.#forgetAt) {
      // In the order in which they came, so the first one to keep ends the search.
      if (forgetAt > nowMs) break;
      this.#forgetAt.delete(known);
    }
    if (this.#forgetAt.has(signature)) return false;
    this.#forgetAt.set(signature, nowMs + this.#keepMs);
    return true;
  }
}
