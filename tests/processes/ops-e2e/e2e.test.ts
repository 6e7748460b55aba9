import { afterAll, beforeAll, expect, test } from "vitest";
import { preparedState } from "../../../sandbox/chatwoot/chatwoot.ts";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { closedPort } from "../chatwoot/support.ts";
import { endToEnd, openWorld, type Behaviour, type World } from "./world.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 300_000);
afterAll(() => server?.stop());

const states = (results: Awaited<ReturnType<typeof endToEnd>>) =>
  Object.fromEntries(Object.values(results).map(({ name, state }) => [name, state]));
const nothingStays = ({ chatwoot: { state } }: World) =>
  expect
    .poll(() => [state.inboxes.filter(({ name }) => name.startsWith("ops-")).length, state.contacts.length])
    .toEqual([0, 0]);
const before = ["facts", "API token", "webhook", "agent service"];
const steps = [...before, "inbox", "message", "fact", "agent's note", "metrics", "address", "clean-up"];

test("a message passes through every step, each step is timed, and nothing is left", async () => {
  const world = await openWorld(server);
  const results = await endToEnd(world);
  expect(states(results)).toEqual({ ...Object.fromEntries(steps.map((name) => [name, "ok"])), address: "skipped" });
  expect(results["address"]!.next).toContain("/super_admin/accounts/1/edit");
  expect(results["fact"]!.detail).toMatch(/^recorded in dashboard_facts after \d\.\d s$/);
  expect(results["agent's note"]!.detail).toMatch(/^private, after \d\.\d s \(target: within 20 s\)$/);
  expect(results["metrics"]!.detail).toContain("response 120 ms (target: under 500 ms)");
  await nothingStays(world);
  expect(world.chatwoot.requests).toContain("DELETE /api/v1/accounts/1/contacts/1");
});

test("counts facts without a conversation, and reports it; ignores those of other conversations", async () => {
  const world = await openWorld(server, { isNamed: false });
  expect((await endToEnd(world))["fact"]!.detail).toContain("(facts have no conversation, so other traffic may count)");
  const other = await openWorld(server, { facts: [] });
  const running = endToEnd(other, { limits: { factSeconds: 2 } });
  await expect.poll(() => other.chatwoot.state.messages.length).toBeGreaterThan(0);
  await other.pipeline.fact("support.webhook.retry", 3, { success: true, durationMs: 9, conversationId: 999 }, "now()");
  expect((await running)["fact"]).toMatchObject({ state: "failed", detail: expect.stringContaining("nothing in") });
});

test("shows the address that Chatwoot saw, by a visitor of a temporary website inbox", async () => {
  const world = await openWorld(server);
  world.chatwoot.state.accounts[0]!.features = ["ip_lookup"];
  const results = await endToEnd(world);
  expect(results["address"]).toMatchObject({
    state: "ok",
    detail: "Chatwoot saw 127.0.0.1; compare it with the public address of this network",
  });
  expect(results["clean-up"]).toMatchObject({ state: "ok" });
  expect(world.chatwoot.requests).toContain("POST /api/v1/widget/config");
  expect(world.chatwoot.requests).not.toContain("GET /widget");
  await nothingStays(world);
});

interface Case {
  what: string;
  consumer?: Partial<Behaviour>;
  change?: (world: World) => unknown;
  options?: (world: World) => Promise<Parameters<typeof endToEnd>[1]>;
  step: string;
  expected: RegExp;
  next: RegExp;
  begun: boolean;
}

const soon = () => Promise.resolve({ limits: { factSeconds: 2, noteSeconds: 1 } });

const cases: Case[] = [
  {
    what: "the database is unreachable",
    options: async () => ({ factsUrl: `postgresql://u:planted-password@${new URL(await closedPort()).host}/facts` }),
    step: "facts",
    expected: /^database facts at 127\.0\.0\.1:\d+ no connection: .*ECONNREFUSED/,
    next: /Check that it runs.*npm run ops -- e2e/,
    begun: false,
  },
  {
    what: "the table is missing",
    change: ({ pipeline }) => pipeline.sql("DROP TABLE dashboard_facts"),
    step: "facts",
    expected: /dashboard_facts/,
    next: /npm run ops -- pipeline migrate --stack staging/,
    begun: false,
  },
  {
    what: "the webhook is not registered",
    change: ({ chatwoot }) => chatwoot.state.webhooks.splice(0),
    step: "webhook",
    expected: /is not among the 0/,
    next: /pulumi up --stack staging/,
    begun: false,
  },
  {
    what: "the webhook is disabled",
    options: ({ target }) => Promise.resolve({ more: { webhook: { ...target.webhook!, enabled: false } } }),
    step: "webhook",
    expected: /^is disabled$/,
    next: /webhookEnabled true --stack staging`, then `pulumi up --stack staging/,
    begun: false,
  },
  {
    what: "the agent is down",
    options: async () => ({ more: { agentUrl: await closedPort() } }),
    step: "agent service",
    expected: /refuses connections/,
    next: /curl -i .*\/health/,
    begun: false,
  },
  {
    what: "the token is unknown",
    change: ({ chatwoot }) => Object.assign(chatwoot.state, preparedState({ apiToken: "another" })),
    step: "API token",
    expected: /rejected the token/,
    next: /pulumi up --stack staging/,
    begun: false,
  },
  {
    what: "the inbox does not exist",
    options: () => Promise.resolve({ limits: { inbox: "Shop" } }),
    step: "inbox",
    expected: /^"Shop" does not exist; API inboxes: none$/,
    next: /--inbox/,
    begun: false,
  },
  {
    what: "the inbox cannot be created",
    change: ({ chatwoot }) => chatwoot.faults.push({ match: "^POST .*/inboxes$", status: 500 }),
    step: "inbox",
    expected: /answered 500/,
    next: /npm run ops -- logs --stack staging/,
    begun: true,
  },
  {
    what: "the customer's message is rejected",
    change: ({ chatwoot }) => chatwoot.faults.push({ match: "^POST /public/.*/messages$", status: 502 }),
    step: "message",
    expected: /answered 502/,
    next: /npm run ops -- logs/,
    begun: true,
  },
  {
    what: "no fact is recorded",
    consumer: { facts: [] },
    options: soon,
    step: "fact",
    expected: /^nothing in dashboard_facts after 2\.\d s, although its receiver accepts a test webhook$/,
    next: /DATABASE_URL.*a worker is running/,
    begun: true,
  },
  {
    what: "the receiver rejects the signature",
    consumer: { secret: "another-secret", note: "none" },
    options: soon,
    step: "fact",
    expected: /its receiver: .*rejected the signature \(401\)/,
    next: /CHATWOOT_WEBHOOK_SECRET/,
    begun: true,
  },
  {
    what: "the receiver records a dead letter",
    consumer: { facts: [{ type: "deadLetter", value: { lastError: "agent answered 503 token=planted-secret" } }] },
    step: "fact",
    expected: /^the receiver recorded a dead letter: agent answered 503/,
    next: /npm run ops -- pipeline check --stack staging/,
    begun: true,
  },
  {
    what: "every delivery failed",
    consumer: { facts: [{ type: "delivery", value: { success: false, durationMs: 30, lastError: "timeout" } }] },
    options: soon,
    step: "fact",
    expected: /after 2\.\d s, none successful: timeout/,
    next: /logs of 127/,
    begun: true,
  },
  {
    what: "the response was slow",
    consumer: { facts: [{ type: "delivery", value: { success: true, durationMs: 900 } }] },
    step: "metrics",
    expected: /response 900 ms \(target: under 500 ms\)/,
    next: /pipeline check/,
    begun: true,
  },
  {
    what: "the note is late",
    consumer: { noteAfterMs: 1500 },
    options: soon,
    step: "agent's note",
    expected: /^late: after 1\.\d s \(target: within 1 s\)$/,
    next: /npm run ops -- health --stack staging/,
    begun: true,
  },
  {
    what: "there is no note",
    consumer: { note: "none" },
    options: soon,
    step: "agent's note",
    expected: /^none after 3\.\d s \(target: within 1 s\)$/,
    next: /Read the logs of 127/,
    begun: true,
  },
  {
    what: "the agent answers the customer",
    consumer: { note: "public" },
    options: soon,
    step: "agent's note",
    expected: /instead of writing a private note/,
    next: /draft/,
    begun: true,
  },
];

test.for(cases)("$what: detected and explained", async ({ consumer, change, options, step, expected, next, begun }) => {
  const world = await openWorld(server, consumer);
  await change?.(world);
  const results = await endToEnd(world, await options?.(world));
  expect(Object.keys(results)).toEqual(steps);
  expect(results[step]).toMatchObject({ state: "failed", detail: expect.stringMatching(expected) });
  expect(results[step]!.next).toMatch(next);
  const isBegun = world.chatwoot.requests.some((each) => each.startsWith("POST /api"));
  expect(isBegun).toBe(begun);
  if (before.includes(step)) expect(results["clean-up"]).toMatchObject({ state: "skipped", detail: "not run" });
  expect(JSON.stringify(results)).not.toContain("planted-");
  await nothingStays(world);
});

test("Ctrl-C during the test deletes what it created", async () => {
  const world = await openWorld(server, { facts: [] });
  const end = new AbortController();
  const running = endToEnd(world, { signal: end.signal, limits: { factSeconds: 60 } });
  // Only after the answer to its message does the test look for the note.
  await expect.poll(() => world.chatwoot.requests).toContain("GET /api/v1/accounts/1/conversations/1/messages");
  end.abort(new Error("ended by SIGINT"));
  const results = await running;
  expect(results["clean-up"]).toMatchObject({ state: "ok" });
  expect(results["fact"]!.detail).toContain("ended by SIGINT");
  await nothingStays(world);
});

test("names what it could not delete", async () => {
  const world = await openWorld(server);
  world.chatwoot.faults.push({ match: "^DELETE .*/inboxes/", status: 500 });
  const { "clean-up": cleanUp } = await endToEnd(world);
  expect(cleanUp).toMatchObject({
    state: "failed",
    detail: expect.stringMatching(/^inbox ops-smoke-\S+ was not deleted \(/),
  });
});
