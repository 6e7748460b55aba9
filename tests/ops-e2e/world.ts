import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { connectToFacts } from "../../components/support/facts/connection.ts";
import { createReceiver } from "../../examples/webhook-receiver/server.ts";
import { ChatwootClient } from "../../ops/chatwoot/client.ts";
import type { CheckResult } from "../../ops/health/check.ts";
import { runEndToEnd } from "../../ops/e2e/run.ts";
import type { Limits } from "../../ops/e2e/parts.ts";
import type { Target } from "../../ops/health/target.ts";
import type { PostgresServer } from "../../sandbox/database/index.ts";
import { apiToken, listen, openChatwoot, targetOf, webhookSecret } from "../chatwoot/support.ts";
import { Pipeline } from "../support-pipeline/pipeline-run.ts";

/** What the consumer and its agent do with a customer's message. */
export interface Consumer {
  /** Facts that it writes, in order; with the conversation's number where `isNamed`. */
  facts: { type: "retry" | "dead_letter"; value: object }[];
  isNamed: boolean;
  noteAfterMs: number;
  note: "private" | "public" | "none";
  secret: string;
}

const usual: Consumer = {
  facts: [{ type: "retry", value: { success: true, durationMs: 120 } }],
  isNamed: true,
  noteAfterMs: 20,
  note: "private",
  secret: webhookSecret,
};

interface DeliveredMessage {
  event: string;
  message_type: string;
  conversation: { id: number };
}

/** Chatwoot's stand-in, a consumer that records into a real PostgreSQL, and an agent that drafts. */
export async function openWorld(server: PostgresServer, change: Partial<Consumer> = {}) {
  const consumer = { ...usual, ...change };
  const pipeline = await Pipeline.open(server);
  onTestFinished(() => pipeline.dispose());
  const agentUrl = await listen(createReceiver({ secret: webhookSecret, path: "/webhooks/chatwoot", onEvent() {} }));
  const world: { client?: ChatwootClient } = {};
  const receiver = await listen(
    createReceiver({
      secret: consumer.secret,
      async onEvent(event) {
        const { event: name, message_type: type, conversation } = event as unknown as DeliveredMessage;
        if (name !== "message_created" || type !== "incoming") return;
        for (const { type: fact, value } of consumer.facts)
          await pipeline.fact(
            `support.webhook.${fact}`,
            1,
            { ...value, ...(consumer.isNamed ? { conversationId: conversation.id } : {}) },
            "now()",
          );
        if (consumer.note === "none") return;
        await sleep(consumer.noteAfterMs);
        const draft = { content: "From Monday to Friday.", isPrivate: consumer.note === "private" };
        await world.client?.createMessage(1, conversation.id, draft).catch(() => undefined);
      },
    }),
  );
  const webhookUrl = `${receiver}/api/webhooks/chatwoot`;
  const { chatwoot, client } = await openChatwoot({ webhookUrl });
  world.client = client;
  const target = targetOf(chatwoot, {
    webhook: { url: webhookUrl, events: ["message_created"], enabled: true },
    agentUrl,
  });
  return { chatwoot, pipeline, target, webhookUrl, agentUrl };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Generous to a machine that is busy; where something never comes, the test says how long it waits. */
const quick: Limits = { timeoutSeconds: 5, factSeconds: 20, noteSeconds: 20, pollMs: 30, inbox: undefined };

/** The test as the command runs it, in this process and with short limits. */
export async function endToEnd(
  { target, pipeline }: World,
  {
    signal = new AbortController().signal,
    limits = {},
    more = {},
    factsUrl = pipeline.url,
  }: { signal?: AbortSignal; limits?: Partial<Limits>; more?: Partial<Target>; factsUrl?: string } = {},
): Promise<Record<string, CheckResult>> {
  const facts = connectToFacts(factsUrl, { statementTimeoutSeconds: 5, lockTimeoutSeconds: 5 }, "npm run ops -- e2e");
  facts.catch(() => undefined);
  const chosen = { ...target, ...more };
  const address = { baseUrl: chosen.baseUrl, apiToken };
  const results = await runEndToEnd({
    target: chosen,
    client: new ChatwootClient({ ...address, signal }),
    patient: new ChatwootClient(address),
    facts,
    targets: { successRatePercent: 95, averageResponseMs: 500, deadLetters: 0, minimumDeliveries: 1 },
    limits: { ...quick, ...limits },
    signal,
  }).finally(() => facts.then((client) => client.end()).catch(() => undefined));
  return Object.fromEntries(results.map((result) => [result.name, result]));
}
