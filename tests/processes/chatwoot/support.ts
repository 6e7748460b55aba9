import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import { onTestFinished } from "vitest";
import { createReceiver } from "../../../examples/webhook-receiver/server.ts";
import { ChatwootClient } from "../../../ops/lib/chatwoot/client.ts";
import type { Target } from "../../../ops/health/target.ts";
import {
  preparedState,
  startChatwoot,
  type ChatwootOptions,
  type ChatwootStandIn,
} from "../../../sandbox/chatwoot/chatwoot.ts";

export const apiToken = "planted-api-token-0123456789";
export const webhookSecret = "planted-webhook-secret-0123456789";
export const supportEvents = ["message_created", "conversation_status_changed"];

export interface Receiver {
  url: string;
  events: Record<string, unknown>[];
  problems: string[];
}

/** The example's receiver, until the test ends. */
export async function openReceiver(secret = webhookSecret): Promise<Receiver> {
  const events: Record<string, unknown>[] = [];
  const problems: string[] = [];
  const server = createReceiver({
    secret,
    onEvent: (event) => void events.push(event),
    onProblem: (problem) => problems.push(problem),
  });
  return { url: `${await listen(server)}/api/webhooks/chatwoot`, events, problems };
}

/** Listens on a free port until the test ends; returns the origin. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A Chatwoot as a deployment leaves it, until the test ends. */
export async function openChatwoot(
  options: ChatwootOptions & { webhookUrl?: string } = {},
): Promise<{ chatwoot: ChatwootStandIn; client: ChatwootClient }> {
  const { webhookUrl, ...more } = options;
  const webhooks =
    webhookUrl === undefined ? [] : [{ url: webhookUrl, subscriptions: supportEvents, secret: webhookSecret }];
  const chatwoot = await startChatwoot({
    state: preparedState({ apiToken, webhooks }),
    allowPrivateNetwork: true,
    ...more,
  });
  onTestFinished(() => chatwoot.stop());
  return { chatwoot, client: new ChatwootClient({ baseUrl: chatwoot.url, apiToken }) };
}

/** An address that refuses connections. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** A stack's outputs for this stand-in. */
export function targetOf(chatwoot: ChatwootStandIn, more: Partial<Target> = {}): Target {
  return {
    title: "staging",
    stack: "staging",
    baseUrl: chatwoot.url,
    apiToken,
    account: { name: "HotDash" },
    adminEmail: "admin@hotrodan.com",
    webhook: undefined,
    webhookSecret,
    agentUrl: undefined,
    flyApp: undefined,
    web: { processes: 1, restart: "`fly apps restart chat`" },
    ...more,
  };
}
