import { onTestFinished } from "vitest";
import { connectToFacts } from "../../../components/chatwoot/facts/connection.ts";
import { ChatwootClient } from "../../../ops/lib/chatwoot/client.ts";
import type { CheckResult } from "../../../ops/health/check.ts";
import { runEndToEnd } from "../../../ops/e2e/run.ts";
import type { Limits } from "../../../ops/e2e/parts.ts";
import type { Target } from "../../../ops/health/target.ts";
import { createAgent } from "../../../sandbox/consumer/agent.ts";
import { createConsumer } from "../../../sandbox/consumer/consumer.ts";
import { factsWriter, type Fact } from "../../../sandbox/consumer/facts.ts";
import { handOn } from "../../../sandbox/consumer/hand-on.ts";
import type { PostgresServer } from "../../../sandbox/database/database.ts";
import { apiToken, listen, openChatwoot, targetOf, webhookSecret } from "../chatwoot/support.ts";
import { Pipeline } from "../../servers/support-pipeline/pipeline-run.ts";

/** The actions of the consumer and its agent on a customer's message. */
export interface Behaviour {
  /** The consumer's facts, in order, instead of measured ones. */
  facts: Fact[] | "measured";
  isNamed: boolean;
  /** The agent's response time. */
  noteAfterMs: number;
  note: "private" | "public" | "none";
  /** The consumer's secret, with which it verifies. */
  secret: string;
}

const usual: Behaviour = {
  facts: [{ type: "delivery", value: { success: true, durationMs: 120 } }],
  isNamed: true,
  noteAfterMs: 20,
  note: "private",
  secret: webhookSecret,
};

/** Chatwoot's stand-in, a consumer that writes facts to a real PostgreSQL, and an agent that drafts. */
export async function openWorld(server: PostgresServer, change: Partial<Behaviour> = {}) {
  const { facts, isNamed, noteAfterMs, note, secret } = { ...usual, ...change };
  const pipeline = await Pipeline.open(server);
  onTestFinished(() => pipeline.dispose());
  const writer = factsWriter(pipeline.url);
  onTestFinished(() => writer.end());
  const world: { client?: ChatwootClient } = {};
  const agentUrl = await listen(
    createAgent({
      secret: webhookSecret,
      thinksMs: noteAfterMs,
      async draft(conversationId, content) {
        if (note === "none") return;
        const message = { content, isPrivate: note === "private" };
        await world.client?.createMessage(1, conversationId, message).catch(() => undefined);
      },
    }),
  );
  const consumer = createConsumer({
    secret,
    isNamed,
    async handOn(event) {
      const measured = await handOn(event, { agentUrl, secret: webhookSecret });
      return facts === "measured" ? [measured] : facts;
    },
    write: (fact) => writer.write(fact),
  });
  const webhookUrl = `${await listen(consumer.server)}/api/webhooks/chatwoot`;
  const { chatwoot, client } = await openChatwoot({ webhookUrl });
  world.client = client;
  const target = targetOf(chatwoot, {
    webhook: { url: webhookUrl, events: ["message_created"], enabled: true },
    agentUrl,
  });
  return { chatwoot, pipeline, client, target, webhookUrl, agentUrl };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Long enough for a busy machine; a test of a missing event sets its own limit. */
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
    targets: { successRatePercent: 95, averageResponseMs: 500, deadLetters: 0, minimumDeliveries: 1, noteSeconds: 10 },
    limits: { ...quick, ...limits },
    signal,
  }).finally(() => facts.then((client) => client.end()).catch(() => undefined));
  return Object.fromEntries(results.map((result) => [result.name, result]));
}
