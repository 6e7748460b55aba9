import { createHash, createHmac } from "node:crypto";

/** The order of keys is not a change. */
function canonical(values: Record<string, string>): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A hash of values that are not secret: 8 hexadecimal digits, short enough for the name of a Job. */
export function shortHash(values: Record<string, string>): string {
  return sha256(canonical(values)).slice(0, 8);
}

/**
 * A hash of secrets that may be shown: 32 hexadecimal digits. The key prevents guessing a short secret from its hash.
 */
export function secretsFingerprint(key: string, secrets: Record<string, string>): string {
  return createHmac("sha256", key).update(canonical(secrets)).digest("hex").slice(0, 32);
}
