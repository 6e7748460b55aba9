import { createHmac, randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isIP } from "node:net";
import { isPrivateHost } from "../../lib/hosts.ts";
import type { Delivery, State } from "./state.ts";

/*
 * `lib/webhooks/trigger.rb`: one signed POST (`<timestamp>.<body>`) with a 5 s timeout. A failure is logged and not
 * retried, except that an agent bot which answers 429 or 500 gets two more attempts. Redirects are followed with the same
 * request. Private addresses are refused unless `SAFE_FETCH_ALLOW_PRIVATE_NETWORK` is set.
 */

export interface Receiver {
  url: string;
  secret: string;
  isBot?: boolean;
}

/** `onFailure` runs after the last attempt. */
export type Delivering = (
  receiver: Receiver,
  payload: Record<string, unknown>,
  onFailure?: (error: string) => void,
) => void;

export interface DeliveryOptions {
  /** `WEBHOOK_TIMEOUT`, in seconds. Default: 5. */
  timeoutSeconds?: number;
  /** `SAFE_FETCH_ALLOW_PRIVATE_NETWORK`. Default: false, as in Chatwoot. */
  allowPrivateNetwork?: boolean;
  /** Pauses before further attempts to reach an agent bot, in milliseconds. Default: as in Chatwoot. */
  botPausesMs?: readonly number[];
}

const mostRedirects = 10;

export function deliverer(
  state: State,
  { timeoutSeconds = 5, allowPrivateNetwork = false, botPausesMs = [4000, 5500] }: DeliveryOptions = {},
): { deliver: Delivering; settled: () => Promise<void> } {
  const running = new Set<Promise<void>>();
  const deliver: Delivering = (receiver, payload, onFailure) => {
    const one = attempt(receiver, payload, onFailure);
    running.add(one);
    void one.finally(() => running.delete(one));
  };

  async function attempt(...[receiver, payload, onFailure]: Parameters<Delivering>): Promise<void> {
    const id = randomUUID();
    for (const pauseMs of [...(receiver.isBot === true ? botPausesMs : []), undefined]) {
      const delivery = await send(id, receiver, payload);
      state.deliveries.push(delivery);
      if (delivery.error === undefined) return;
      const isRetried = pauseMs !== undefined && [429, 500].includes(delivery.status ?? 0);
      if (!isRetried) return onFailure?.(delivery.error);
      await sleep(pauseMs, undefined, { ref: false });
    }
  }

  async function send(id: string, { url, secret }: Receiver, payload: Record<string, unknown>): Promise<Delivery> {
    const started = performance.now();
    const delivery: Delivery = {
      id,
      url,
      event: String(payload["event"]),
      status: undefined,
      error: undefined,
      durationMs: 0,
    };
    try {
      const body = JSON.stringify(payload);
      const headers = { ...signedHeaders(secret, body), "X-Chatwoot-Delivery": delivery.id };
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      delivery.status = await follow(url, { method: "POST", body, headers, redirect: "manual", signal });
      if (delivery.status >= 300) throw new Error(String(delivery.status));
    } catch (error) {
      delivery.error = `Exception: Invalid webhook URL ${url} : ${(error as Error).message}`;
    }
    delivery.durationMs = Math.round(performance.now() - started);
    return delivery;
  }

  /** Unlike in a browser, the redirected request is a POST with the same body. */
  async function follow(url: string, request: RequestInit, left = mostRedirects): Promise<number> {
    if (!allowPrivateNetwork) await refusePrivate(new URL(url).hostname);
    const answer = await fetch(url, request);
    await answer.body?.cancel();
    const location = answer.headers.get("location");
    if (answer.status < 300 || answer.status >= 400 || location === null) return answer.status;
    if (left === 0) throw new Error(`Got ${mostRedirects} redirects fetching ${url}`);
    return follow(new URL(location, url).href, request, left - 1);
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

async function refusePrivate(host: string): Promise<void> {
  const name = host.replace(/^\[|\]$/g, "");
  const addresses = isIP(name) ? [{ address: name }] : await lookup(name, { all: true });
  if (addresses.every(({ address }) => isPrivateHost(address)))
    throw new Error(`Hostname "${name}" has no public ip addresses`);
}
