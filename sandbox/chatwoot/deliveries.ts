import { createHmac, randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { Delivery, State } from "./state.ts";

/*
 * `lib/webhooks/trigger.rb`: one signed POST (`<timestamp>.<body>`) with a 5 s timeout. A failure is logged and not
 * retried, for webhooks of accounts and of inboxes. Private addresses are refused unless
 * `SAFE_FETCH_ALLOW_PRIVATE_NETWORK` is set.
 */

export type Delivering = (url: string, secret: string, payload: Record<string, unknown>) => void;

export interface DeliveryOptions {
  /** `WEBHOOK_TIMEOUT`, in seconds. Default: 5. */
  timeoutSeconds?: number;
  /** `SAFE_FETCH_ALLOW_PRIVATE_NETWORK`. Default: false, as in Chatwoot. */
  allowPrivateNetwork?: boolean;
}

export function deliverer(
  state: State,
  { timeoutSeconds = 5, allowPrivateNetwork = false }: DeliveryOptions = {},
): { deliver: Delivering; settled: () => Promise<void> } {
  const running = new Set<Promise<void>>();
  const deliver: Delivering = (url, secret, payload) => {
    const one = send(url, secret, payload).then((delivery) => void state.deliveries.push(delivery));
    running.add(one);
    void one.finally(() => running.delete(one));
  };

  async function send(url: string, secret: string, payload: Record<string, unknown>): Promise<Delivery> {
    const started = performance.now();
    const delivery: Delivery = {
      id: randomUUID(),
      url,
      event: String(payload["event"]),
      status: undefined,
      error: undefined,
      durationMs: 0,
    };
    try {
      if (!allowPrivateNetwork) await refusePrivate(new URL(url).hostname);
      const body = JSON.stringify(payload);
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: { ...signedHeaders(secret, body), "X-Chatwoot-Delivery": delivery.id },
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
      delivery.status = answer.status;
      if (!answer.ok) delivery.error = `Exception: Invalid webhook URL ${url} : ${answer.status}`;
      await answer.body?.cancel();
    } catch (error) {
      delivery.error = `Exception: Invalid webhook URL ${url} : ${(error as Error).message}`;
    }
    delivery.durationMs = Math.round(performance.now() - started);
    return delivery;
  }

  return {
    deliver,
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

export function signedHeaders(secret: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return {
    "Content-Type": "application/json",
    Accept: "application/json",
    "X-Chatwoot-Timestamp": timestamp,
    "X-Chatwoot-Signature": `sha256=${signature}`,
  };
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv6");

async function refusePrivate(host: string): Promise<void> {
  const name = host.replace(/^\[|\]$/g, "");
  const addresses = isIP(name) ? [{ address: name, family: isIP(name) }] : await lookup(name, { all: true });
  const isPublic = addresses.some(
    ({ address, family }) => !privateNetworks.check(address, family === 6 ? "ipv6" : "ipv4"),
  );
  if (!isPublic) throw new Error(`Hostname "${name}" has no public ip addresses`);
}
