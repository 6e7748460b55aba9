import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sign, verifyWebhook, type WebhookHeaders } from "./verify.ts";
import { vector, vectorBytes, vectorHeaders } from "./vectors.ts";

const { secret, nowMs, signature, timestamp } = vector;

function reasonOf(body: Uint8Array, headers: WebhookHeaders, options: object = {}): string {
  const verdict = verifyWebhook(body, headers, { secret, nowMs, ...options });
  return verdict.ok ? "ok" : verdict.reason;
}

test("accepts OpenSSL's signature, also of multi-byte text", () => {
  expect(verifyWebhook(vectorBytes, vectorHeaders, { secret, nowMs })).toEqual({
    ok: true,
    signature,
    sentAt: new Date(nowMs),
  });
});

describe("rejects", () => {
  const reordered = JSON.stringify({ ...(JSON.parse(vector.body) as object), event: "message_created" }, null, 1);
  test.each<[string, string, Buffer, WebhookHeaders, object]>([
    ["another secret", "wrong-signature", vectorBytes, vectorHeaders, { secret: "another" }],
    ["a changed body", "wrong-signature", Buffer.from(vector.body.replace("7", "8")), vectorHeaders, {}],
    ["a truncated body", "wrong-signature", vectorBytes.subarray(0, -1), vectorHeaders, {}],
    ["JSON that was serialized again", "wrong-signature", Buffer.from(reordered), vectorHeaders, {}],
    [
      "an unsigned timestamp",
      "wrong-signature",
      vectorBytes,
      { ...vectorHeaders, "x-chatwoot-timestamp": "1760000001" },
      {},
    ],
    ["a delivery older than five minutes", "too-old", vectorBytes, vectorHeaders, { nowMs: nowMs + 301_000 }],
    ["a delivery dated five minutes ahead", "too-new", vectorBytes, vectorHeaders, { nowMs: nowMs - 301_000 }],
    ["no signature", "no-signature", vectorBytes, { "x-chatwoot-timestamp": timestamp }, {}],
    ["no timestamp", "no-timestamp", vectorBytes, { "x-chatwoot-signature": signature }, {}],
    [
      "a signature without its prefix",
      "malformed",
      vectorBytes,
      { ...vectorHeaders, "x-chatwoot-signature": signature.slice(7) },
      {},
    ],
    [
      "a signature that is too short",
      "malformed",
      vectorBytes,
      { ...vectorHeaders, "x-chatwoot-signature": signature.slice(0, -2) },
      {},
    ],
    [
      "two different signatures",
      "malformed",
      vectorBytes,
      { "X-Chatwoot-Signature": signature, ...vectorHeaders, "x-chatwoot-signature": `sha256=${"0".repeat(64)}` },
      {},
    ],
    ...["", "now", "-1", "1e9", "1760000000.0", " 1760000000", "9".repeat(13)].map(
      (text): [string, string, Buffer, WebhookHeaders, object] => [
        `the timestamp '${text}'`,
        "malformed",
        vectorBytes,
        { ...vectorHeaders, "x-chatwoot-timestamp": text },
        {},
      ],
    ),
  ])("%s", (_, reason, body, headers, options) => expect(reasonOf(body, headers, options)).toBe(reason));

  test("the signature of the body alone, as other services send", () => {
    const alone = sign(secret, "", vectorBytes);
    expect(reasonOf(vectorBytes, { ...vectorHeaders, "x-chatwoot-signature": alone })).toBe("wrong-signature");
  });

  test.each([[""], [[]], [["", ""]]])("the secret %j", (empty) => {
    expect(() => verifyWebhook(vectorBytes, vectorHeaders, { secret: empty, nowMs })).toThrow(
      "CHATWOOT_WEBHOOK_SECRET",
    );
  });
});

test.each([299, -299, 300, -300])("accepts clocks that are %d seconds apart", (seconds) => {
  expect(reasonOf(vectorBytes, vectorHeaders, { nowMs: nowMs + seconds * 1000 })).toBe("ok");
});

test("accepts header names in any case, and fetch's headers", () => {
  expect(reasonOf(vectorBytes, { "X-Chatwoot-Signature": signature, "X-CHATWOOT-TIMESTAMP": timestamp })).toBe("ok");
  expect(reasonOf(vectorBytes, new Headers(vectorHeaders))).toBe("ok");
});

test("accepts the old and the new secret during a rotation", () => {
  expect(reasonOf(vectorBytes, vectorHeaders, { secret: ["new-secret", secret] })).toBe("ok");
  expect(reasonOf(vectorBytes, vectorHeaders, { secret: ["new-secret", "newer"] })).toBe("wrong-signature");
});

test("any signed body is accepted, and no body with a changed byte", () => {
  const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.string({ minLength: 1 }), change, (bytes, key, { at, by }) => {
      const headers = { "x-chatwoot-timestamp": timestamp, "x-chatwoot-signature": sign(key, timestamp, bytes) };
      expect(reasonOf(bytes, headers, { secret: key })).toBe("ok");
      const changed = Uint8Array.from(bytes);
      changed[at % bytes.length]! ^= by;
      expect(reasonOf(changed, headers, { secret: key })).toBe("wrong-signature");
    }),
  );
});

test("never throws on arbitrary input", () => {
  const headers = fc.dictionary(
    fc.constantFrom("x-chatwoot-signature", "x-chatwoot-timestamp", "X-Chatwoot-Signature"),
    fc.oneof(fc.string({ unit: "binary" }), fc.array(fc.string())),
  );
  fc.assert(
    fc.property(fc.uint8Array(), headers, (body, given) => {
      expect(reasonOf(body, given)).not.toBe("ok");
    }),
  );
});
