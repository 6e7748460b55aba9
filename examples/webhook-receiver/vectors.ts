/** A delivery signed by OpenSSL: `printf '%s.%s' TIMESTAMP BODY | openssl dgst -sha256 -hmac SECRET`. */
export const vector = {
  secret: "receiver-test-secret",
  timestamp: "1760000000",
  nowMs: 1_760_000_000_000,
  body: `{"event":"message_created","id":7,"content":"Grüße, 世界 👋"}`,
  signature: "sha256=51c2f01108e512a222b50780cea1c2acd9640c0e0883362f226349347f07c0bb",
};

export const vectorBytes = Buffer.from(vector.body);

export const vectorHeaders = {
  "x-chatwoot-signature": vector.signature,
  "x-chatwoot-timestamp": vector.timestamp,
};
