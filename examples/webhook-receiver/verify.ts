import { createHmac, timingSafeEqual } from "node:crypto";

/*
 * Tells whether a webhook comes from Chatwoot. Copy this file as it is: it needs nothing but Node.
 *
 * Chatwoot sends `X-Chatwoot-Timestamp: <Unix seconds>` and `X-Chatwoot-Signature: sha256=<hex>`, where the hex is
 * HMAC-SHA256(secret, "<timestamp>.<body>") over the body's bytes as they were sent. So:
 * - verify the bytes, before anything parses them: JSON that is written again is other bytes;
 * - the timestamp and a full stop come before the body: a signature of the body alone never matches;
 * - compare in constant time, and refuse what is older or newer than five minutes.
 */

export type Verdict =
  | { ok: true; signature: string; sentAt: Date }
  /** `reason` is for your log; tell the sender nothing but the status 401. */
  | { ok: false; reason: "no-signature" | "no-timestamp" | "malformed" | "too-old" | "too-new" | "wrong-signature" };

export interface VerifyOptions {
  /** The webhook's secret. While it rotates, the old one and the new one. */
  secret: string | readonly string[];
  /** How far the clocks may be apart, and how old a delivery may be. Default 300. */
  toleranceSeconds?: number;
  /** Milliseconds since 1970; for tests. */
  nowMs?: number;
}

/** Headers as Node's http module or as fetch has them; names count in any case. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export function verifyWebhook(body: Uint8Array, headers: WebhookHeaders, options: VerifyOptions): Verdict {
  const { secret, toleranceSeconds = 300, nowMs = Date.now() } = options;
  const secrets = (typeof secret === "string" ? [secret] : secret).filter((each) => each !== "");
  // An empty key signs as well as any other, and everybody knows it.
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

/** The signature that Chatwoot gives to these bytes. */
export function sign(secret: string, timestamp: string, body: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).filter(([key, value]) => key.toLowerCase() === name && value !== undefined);
  const values = found.flatMap(([, value]) => value as string | readonly string[]);
  // Two different values: nobody can say which of them was signed.
  return values.length === 1 ? values[0] : values.length > 1 ? values.join(", ") : undefined;
}
