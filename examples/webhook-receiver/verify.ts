import { createHmac, timingSafeEqual } from "node:crypto";

/* Verifies the signature of a Chatwoot webhook. Copy this file: it needs only Node.
 *
 * Chatwoot sends `X-Chatwoot-Timestamp: <Unix seconds>` and `X-Chatwoot-Signature: sha256=<hex>`, where the hex is
 * HMAC-SHA256(secret, "<timestamp>.<body>") of the raw body. So:
 * - verify the raw bytes: JSON that is parsed and serialized again has different bytes;
 * - the timestamp and a full stop come before the body: a signature of the body alone never matches;
 * - compare in constant time, and reject timestamps more than five minutes off.
 */

export type Verdict =
  | { ok: true; signature: string; sentAt: Date }
  /** `reason` is for your log; answer only with status 401. */
  | { ok: false; reason: "no-signature" | "no-timestamp" | "malformed" | "too-old" | "too-new" | "wrong-signature" };

export interface VerifyOptions {
  /** The webhook's secret; during a rotation, the old and the new one. */
  secret: string | readonly string[];
  /** Maximum difference between timestamp and clock. Default: 300. */
  toleranceSeconds?: number;
  /** Milliseconds since 1970, for tests. */
  nowMs?: number;
}

/** Headers of Node's http module or of fetch, with case-insensitive names. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export function verifyWebhook(body: Uint8Array, headers: WebhookHeaders, options: VerifyOptions): Verdict {
  const { secret, toleranceSeconds = 300, nowMs = Date.now() } = options;
  const secrets = (typeof secret === "string" ? [secret] : secret).filter((each) => each !== "");
  // Anyone can sign with an empty key.
  if (secrets.length === 0) throw new Error("webhook secret: is empty. Set CHATWOOT_WEBHOOK_SECRET.");

  const signature = header(headers, "x-chatwoot-signature");
  const timestamp = header(headers, "x-chatwoot-timestamp");
  if (signature === undefined) return { ok: false, reason: "no-signature" };
  if (timestamp === undefined) return { ok: false, reason: "no-timestamp" };
  if (!/^\d{1,12}$/.test(timestamp) || !/^sha256=[0-9a-f]{64}$/.test(signature))
    return { ok: false, reason: "malformed" };

  const ageSeconds = nowMs / 1000 - Number(timestamp);
  if (ageSeconds > toleranceSeconds) return { ok: false, reason: "too-old" };
  if (ageSeconds < -toleranceSeconds) return { ok: false, reason: "too-new" };

  const given = Buffer.from(signature);
  const matches = secrets.map((key) => timingSafeEqual(given, Buffer.from(sign(key, timestamp, body))));
  if (!matches.includes(true)) return { ok: false, reason: "wrong-signature" };
  return { ok: true, signature, sentAt: new Date(Number(timestamp) * 1000) };
}

/** Chatwoot's signature of these bytes. */
export function sign(secret: string, timestamp: string, body: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).filter(([key, value]) => key.toLowerCase() === name && value !== undefined);
  const values = found.flatMap(([, value]) => value as string | readonly string[]);
  // With several values, it is unknown which one was signed.
  return values.length === 1 ? values[0] : values.length > 1 ? values.join(", ") : undefined;
}
