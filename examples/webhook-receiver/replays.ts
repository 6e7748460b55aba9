/**
 * Rejects replayed deliveries by their signature; `X-Chatwoot-Delivery` is not signed, so an attacker can change it.
 *
 * Stored in memory. With several processes, share the signatures, for example in Redis with
 * `SET webhook:SIGNATURE 1 NX EX 600`.
 */
export class Replays {
  readonly #forgetAt = new Map<string, number>();
  readonly #keepMs: number;

  /** Twice the verifier's tolerance, because a timestamp can be that far in the future. Default: 600. */
  constructor(keepSeconds = 600) {
    this.#keepMs = keepSeconds * 1000;
  }

  /** Stores a verified signature and returns whether it is new. */
  isNew(signature: string, nowMs = Date.now()): boolean {
    for (const [known, forgetAt] of this.#forgetAt) {
      // Sorted by time, so the first one to keep ends the search.
      if (forgetAt > nowMs) break;
      this.#forgetAt.delete(known);
    }
    if (this.#forgetAt.has(signature)) return false;
    this.#forgetAt.set(signature, nowMs + this.#keepMs);
    return true;
  }
}
