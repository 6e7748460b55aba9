import { createHmac, randomUUID } from "node:crypto";

/** The headers that Chatwoot sends with this body. */
export function webhookHeaders(secret: string, body: string, now = new Date()): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return {
    "Content-Type": "application/json",
    "X-Chatwoot-Delivery": randomUUID(),
    "X-Chatwoot-Timestamp": timestamp,
    "X-Chatwoot-Signature": `sha256=${signature}`,
  };
}
