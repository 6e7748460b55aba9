import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handOn } from "../../../sandbox/consumer/hand-on.ts";
import { writeAsCustomers } from "../../../sandbox/consumer/customers.ts";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { listen, closedPort, webhookSecret as secret } from "../chatwoot/support.ts";
import { openWorld } from "./world.ts";

/* The sandbox's consumer: its facts match the events. */

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 300_000);
afterAll(() => server?.stop());

const event = { event: "message_created", message_type: "incoming", conversation: { id: 1 } };

test("customer messages: a fact with the conversation's number for each, and a draft", async () => {
  const { pipeline, chatwoot, client } = await openWorld(server, { facts: "measured" });
  await writeAsCustomers(client, 1, 3);
  const noted = () =>
    pipeline.sql(
      `SELECT string_agg(value->>'conversationId', ' ' ORDER BY value->>'conversationId') FROM dashboard_facts
       WHERE fact_type = 'support.webhook.retry' AND value->>'success' = 'true' AND (value->>'durationMs')::int >= 0`,
    );
  await expect.poll(noted, { timeout: 20_000 }).toBe("1 2 3");
  const drafts = () => chatwoot.state.messages.filter((message) => message.private).length;
  await expect.poll(drafts, { timeout: 20_000 }).toBe(3);
});

test("with another secret, no fact and no draft is written", async () => {
  const { pipeline, chatwoot, client } = await openWorld(server, { facts: "measured", secret: "another-secret" });
  await writeAsCustomers(client, 1, 2);
  await chatwoot.settled();
  expect(chatwoot.state.deliveries.map(({ status }) => status)).toContain(401);
  expect(await pipeline.sql("SELECT count(*) FROM dashboard_facts")).toBe("0");
  expect(chatwoot.state.messages.filter((message) => message.private)).toEqual([]);
});

test("an agent that fails at first: a success that took longer", async () => {
  let asked = 0;
  const agentUrl = await listen(
    createServer((request, response) => {
      request.resume();
      response.writeHead(++asked < 3 ? 503 : 202).end();
    }),
  );
  expect(await handOn(event, { agentUrl, secret, pauseMs: 20 })).toMatchObject({
    type: "delivery",
    value: { success: true },
  });
  expect(asked).toBe(3);
});

test.for([
  [
    "an agent that always fails",
    async () => listen(createServer((_, response) => response.writeHead(503).end())),
    /503/,
  ],
  ["an agent that is down", closedPort, /refuses|refused|ECONNREFUSED/],
  [
    "an agent that knows another secret",
    async () => listen(createServer((_, response) => response.writeHead(401).end())),
    /401/,
  ],
] as const)("%s: a dead letter with its last error", async ([, open, expected]) => {
  const fact = await handOn(event, { agentUrl: await open(), secret, pauseMs: 20 });
  expect(fact).toMatchObject({
    type: "deadLetter",
    value: { attempts: 3, lastError: expect.stringMatching(expected) },
  });
});
