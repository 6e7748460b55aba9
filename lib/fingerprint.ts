import { createHash, createHmac } from "node:crypto";

/** Key order must not count as a change. */
function canonical(values: Record<string, string>): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Tells whether something open has changed, in 8 hexadecimal digits: short enough for the name of a Job. */
export function shortHash(values: Record<string, string>): string {
  return sha256(canonical(values)).slice(0, 8);
}

/**
 * Tells whether any of these secrets has changed, and may be shown: keyed, so that a short secret cannot be guessed from
 * it. 32 hexadecimal digits.
 */
export function secretsFingerprint(key: string, secrets: Record<string, string>): string {
  return createHmac("sha256", key).update(canonical(secrets)).digest("hex").slice(0, 32);
}
