import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { probeHealth } from "../../../components/driver/health-probe.ts";
import type { CheckResult } from "../../../ops/health/check.ts";
import { checkHealth } from "../../../ops/health/checks.ts";
import { environmentTarget, type Target } from "../../../ops/health/target.ts";
import type { ChatwootClient } from "../../../ops/lib/chatwoot/client.ts";
import { addInbox, addUser, type ChatwootStandIn } from "../../../sandbox/chatwoot/chatwoot.ts";
import { pubsubToken } from "../../../sandbox/chatwoot/views.ts";
import { listen, closedPort, openChatwoot, openReceiver, supportEvents, targetOf, webhookSecret } from "./support.ts";

const names = [
  "Rails",
  "Postgres, Redis",
  "API token",
  "webhooks",
  "websocket",
  "agent service",
  "agent webhook",
  "test webhook",
];

async function health(target: Target, timeoutSeconds = 2): Promise<Map<string, CheckResult>> {
  const results = await checkHealth(target, { timeoutSeconds });
  expect(results.map(({ name }) => name)).toEqual(names);
  return new Map(results.map((result) => [result.name, result]));
}

/** The findings and fixes of the failed checks. */
function failures(results: Map<string, CheckResult>): Record<string, string> {
  const failed = [...results.values()].filter(({ state }) => state === "failed");
  return Object.fromEntries(failed.map(({ name, detail, next }) => [name, `${detail}. ${next}.`]));
}

/** An agent service that answers its webhook with this. */
async function openAgent(status = 202, delayMs = 0): Promise<string> {
  const answer = createServer((request, response) => {
    const code = request.url === "/health" ? 200 : status;
    setTimeout(() => response.writeHead(code).end("{}"), request.url === "/health" ? 0 : delayMs);
  });
  return listen(answer);
}

async function whole(): Promise<{ chatwoot: ChatwootStandIn; target: Target }> {
  const receiver = await openReceiver();
  const { chatwoot } = await openChatwoot({ webhookUrl: receiver.url });
  const webhook = { url: receiver.url, events: supportEvents, enabled: true };
  return { chatwoot, target: targetOf(chatwoot, { webhook, agentUrl: await openAgent() }) };
}

test("all checks pass, and nothing changes", async () => {
  const { chatwoot, target } = await whole();
  const before = JSON.stringify(chatwoot.state);
  const results = await health(target);
  expect([...results.values()].map(({ state, detail }) => `${state} ${detail}`)).toEqual([
    "ok /health answers woot",
    "ok both ok, Chatwoot 4.16.2",
    "ok works, administrator of account 1",
    "ok the webhook is registered, 2 events",
    "ok /cable confirms subscriptions (1 of 1)",
    "ok /health answers 200",
    "ok /webhooks/chatwoot answers 202, signed",
    "ok /api/webhooks/chatwoot answers 202, signed",
  ]);
  expect(JSON.stringify(chatwoot.state)).toBe(before);
});

describe("reports the problem and the fix", () => {
  test.each<[string, string, string, (world: { chatwoot: ChatwootStandIn; target: Target }) => void | Promise<void>]>([
    [
      "Postgres is down, though /api answers 200",
      "Postgres, Redis",
      "PostgreSQL fails: /api/v1/profile responded with 500, although Redis is ok: PostgreSQL is unavailable. Read the logs: `npm run ops -- logs --stack staging`.",
      ({ chatwoot }) => void (chatwoot.state.services.postgres = "failing"),
    ],
    [
      "Redis is down",
      "Postgres, Redis",
      "Redis fails: /api reports queue_services failing. Read the logs",
      ({ chatwoot }) => void (chatwoot.state.services.redis = "failing"),
    ],
    [
      "Redis loads its data",
      "Postgres, Redis",
      "Redis fails: /api responded with 500, because Redis is unavailable or loads its data. Read the logs",
      ({ chatwoot }) => void (chatwoot.state.services.redis = "loading"),
    ],
    [
      "single sign-on that intercepts the API",
      "Postgres, Redis",
      "unknown: /api/v1/profile responded with 401, but not as Chatwoot to a wrong token. Find what answers instead of Chatwoot: `curl -i http://127.0.0.1:",
      ({ chatwoot }) =>
        void chatwoot.faults.push({ match: "^GET /api/v1/profile$", status: 401, body: "Unauthorized" }),
    ],
    [
      "an unknown token",
      "API token",
      "rejected the token (401 Invalid Access Token). Run the bootstrap to set it: `pulumi up --stack staging`.",
      ({ target }) => void (target.apiToken = "planted-wrong-token"),
    ],
    [
      "a proxy that drops the token",
      "API token",
      "the header api-access-token did not arrive (401). Configure the proxy to forward the header api-access-token.",
      ({ chatwoot }) =>
        void chatwoot.faults.push({
          match: "^GET /api/v1/profile$",
          status: 401,
          body: JSON.stringify({ errors: ["You need to sign in or sign up before continuing."] }),
        }),
    ],
    [
      "a token of another account",
      "API token",
      'has no access to account "Other" (it has 1 "HotDash")',
      ({ target }) => void (target.account = { name: "Other" }),
    ],
    [
      "a token of an agent",
      "API token",
      "works for account 1, but without the role administrator (agent)",
      ({ chatwoot, target }) => {
        target.apiToken = addUser(chatwoot.state, { email: "a@b.c", accounts: { 1: "agent" } }).accessToken;
      },
    ],
    [
      "the webhook is missing",
      "webhooks",
      "is not among the 0 webhooks. Run the bootstrap to register it: `pulumi up --stack staging`.",
      ({ chatwoot }) => void chatwoot.state.webhooks.splice(0),
    ],
    [
      "the webhook lacks an event",
      "webhooks",
      "the webhook does not send conversation_status_changed",
      ({ chatwoot }) => void (chatwoot.state.webhooks[0]!.subscriptions = ["message_created"]),
    ],
    [
      "the webhook signs with another secret",
      "webhooks",
      "the webhook signs with a different secret than its receivers verify",
      ({ chatwoot }) => void (chatwoot.state.webhooks[0]!.secret = "another"),
    ],
    [
      "the webhook is registered although it is disabled",
      "webhooks",
      "the webhook is registered, although it is disabled",
      ({ target }) => void (target.webhook!.enabled = false),
    ],
    [
      "the proxy drops the websocket",
      "websocket",
      "/cable answers 426 instead of opening a websocket. Configure the proxy to forward the headers Upgrade and Connection.",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "^UPGRADE", status: 426 }),
    ],
    [
      "the websocket is behind single sign-on",
      "websocket",
      "/cable answers 302. Exclude /cable from single sign-on",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "^UPGRADE", status: 302 }),
    ],
    [
      "the agent service is down",
      "agent service",
      "refuses connections. Start it, or read its logs: `curl -i ",
      async ({ target }) => void (target.agentUrl = await closedPort()),
    ],
    [
      "the agent service fails on a webhook",
      "agent webhook",
      "/webhooks/chatwoot answers 500, not 200 or 202. Read the logs of ",
      async ({ target }) => void (target.agentUrl = await openAgent(500)),
    ],
    [
      "the receiver verifies with another secret",
      "test webhook",
      "rejected the signature (401). Set its CHATWOOT_WEBHOOK_SECRET to `pulumi stack output webhookSecret --show-secrets --stack staging`",
      async ({ target }) => void (target.webhook!.url = (await openReceiver("another secret")).url),
    ],
    [
      "the receiver has another address",
      "test webhook",
      "/old does not exist (404). Deploy the receiver, or correct the URL.",
      ({ target }) => void (target.webhook!.url = new URL("/old", target.webhook!.url).href),
    ],
  ])("%s", async (_, name, expected, wreck) => {
    const world = await whole();
    await wreck(world);
    const found = failures(await health(world.target));
    expect(found[name]).toContain(expected);
    expect(JSON.stringify(found)).not.toMatch(/planted|undefined/);
  });

  test("a Chatwoot that hangs, within the limit", async () => {
    const { chatwoot, target } = await whole();
    chatwoot.faults.push({ match: "", delayMs: 8_000 });
    const started = Date.now();
    const found = failures(await health(target, 1));
    expect(Object.keys(found)).toEqual(["Rails", "Postgres, Redis", "API token", "websocket"]);
    for (const finding of Object.values(found)) expect(finding).toMatch(/within 1 s/);
    expect(Date.now() - started).toBeLessThan(7_900);
  });

  test("a host without a listener", async () => {
    const { target } = await whole();
    const found = failures(await health({ ...target, baseUrl: await closedPort() }));
    expect(found["Rails"]).toBe("refuses connections. Read the logs: `npm run ops -- logs --stack staging`.");
    expect(found["websocket"]).toContain("refuses connections");
  });

  test("an agent service that takes longer than Chatwoot waits", async () => {
    const { target } = await whole();
    const found = failures(await health({ ...target, agentUrl: await openAgent(200, 5_100) }, 8));
    expect(found["agent webhook"]).toMatch(/takes 5\.\d s; Chatwoot's limit is 5 s/);
  });

  test("a proxy that drops Upgrade and names with underscores: only the websocket fails", async () => {
    const { chatwoot } = await openChatwoot({ frontendUrl: "https://chat.example.com" });
    const proxy = createServer((request, response) => {
      const kept = Object.entries(request.headers).filter(([name]) => /^(accept|api-|content-)/.test(name));
      const headers = Object.fromEntries(kept.filter(([name]) => !name.includes("_"))) as Record<string, string>;
      void fetch(`${chatwoot.url}${request.url}`, { headers }).then(async (answer) =>
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text()),
      );
    });
    const found = failures(await health(targetOf({ url: await listen(proxy) } as ChatwootStandIn)));
    expect(found).toEqual({
      websocket:
        "/cable answers 404 instead of opening a websocket. Configure the proxy to forward the headers Upgrade and Connection.",
    });
  });

  test("an address that differs from FRONTEND_URL is no failure: /cable accepts any origin", async () => {
    const { chatwoot } = await openChatwoot({ frontendUrl: "https://chat.example.com" });
    expect((await health(targetOf(chatwoot))).get("websocket")?.state).toBe("ok");
  });

  test("an address that redirects, as single sign-on does", async () => {
    const login = createServer((_, response) =>
      response.writeHead(302, { location: "https://id.example.com/authorize?state=planted" }).end(),
    );
    const target = targetOf({ url: await listen(login) } as ChatwootStandIn);
    const found = failures(await health(target));
    expect(found["Rails"]).toContain("/health redirects to id.example.com");
    expect(found["API token"]).toContain("redirects to id.example.com/authorize. Exclude /api from single sign-on");
    expect(JSON.stringify(found)).not.toContain("planted");
  });
});

test("a Chatwoot that nobody uses is ready for the driver and for this command, although /api reports a failing database", async () => {
  const { chatwoot } = await whole();
  const { data_services: data } = (await (await fetch(`${chatwoot.url}/api`)).json()) as { data_services: string };
  expect(data).toBe("failing");
  expect(await probeHealth(chatwoot.url, { patienceSeconds: 0 })).toMatchObject({ verdict: "ready" });
  const idle = targetOf((await whole()).chatwoot, { apiToken: undefined });
  expect((await health(idle)).get("Postgres, Redis")).toMatchObject({ state: "ok" });
});

test.each([
  ["redis", "failing", "/api reports queue_services failing"],
  ["redis", "loading", "/api responded with 500"],
  ["postgres", "failing", "/api/v1/profile responded with 500"],
] as const)("the driver does not accept a release whose %s is %s", async (service, state, reason) => {
  const { chatwoot } = await whole();
  Object.assign(chatwoot.state.services, { [service]: state });
  const health = await probeHealth(chatwoot.url, { patienceSeconds: 0 });
  expect(health).toMatchObject({ verdict: "failing", reason: expect.stringContaining(reason) as unknown });
});

describe("after a restart of Redis, without the initializer that reconnects", () => {
  const dead = "but confirmed 0 of 1 subscriptions: web delivers no events, as after a restart of Redis. Restart web:";

  /** Another user's websocket, which starts the listener of its process and stays open. */
  async function subscribed({ url, state }: ChatwootStandIn, userId: number, limitMs = 10_000) {
    const user = state.users.find(({ id }) => id === userId)!;
    const socket = new WebSocket(`${url.replace("http", "ws")}/cable`, "actioncable-v1-json");
    onTestFinished(() => socket.terminate());
    const frames: { type?: string; message?: { event?: string } }[] = [];
    socket.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString()) as (typeof frames)[number]));
    await once(socket, "open");
    const room = { channel: "RoomChannel", pubsub_token: pubsubToken(user), account_id: 1, user_id: userId };
    socket.send(JSON.stringify({ command: "subscribe", identifier: JSON.stringify(room) }));
    await expect.poll(() => frames.map(({ type }) => type), { timeout: limitMs }).toContain("confirm_subscription");
    return { events: () => frames.flatMap(({ message }) => message?.event ?? []) };
  }

  async function send({ client }: { client: ChatwootClient }): Promise<void> {
    const { id, inbox_identifier: identifier } = await client.createApiInbox(1, `inbox ${Date.now()}`);
    const { source_id: source } = await client.createCustomer(identifier!, { name: `customer of ${id}` });
    const { id: conversation } = await client.startConversation(identifier!, source);
    await client.sendAsCustomer(identifier!, source, conversation, "hello");
  }

  test("the websocket opens, delivers nothing, and is reported with the command that restarts web", async () => {
    const world = await openChatwoot({ websocketReconnect: false });
    const admin = await subscribed(world.chatwoot, 1);
    await send(world);
    await expect.poll(admin.events).toEqual(["message.created"]);
    world.chatwoot.restartRedis();
    await send(world);
    const found = failures(await health(targetOf(world.chatwoot), 1));
    expect(found).toEqual({ websocket: `/cable opens, ${dead} \`fly apps restart chat\`.` });
    expect(admin.events()).toHaveLength(1);
  });

  test("one of two processes: each is tried", async () => {
    const { chatwoot } = await openChatwoot({ websocketReconnect: false, webProcesses: 2 });
    const target = targetOf(chatwoot, { web: { processes: 2, restart: "`fly apps restart chat`" } });
    expect((await health(target)).get("websocket")?.detail).toBe("/cable confirms subscriptions (2 of 2)");
    chatwoot.restartRedis(1);
    expect(failures(await health(target, 1))["websocket"]).toContain("confirmed 1 of 2 subscriptions");
  });

  test("the original confirms a stream that another socket of the process has, so only one socket is open at a time", async () => {
    const { chatwoot } = await openChatwoot({ websocketReconnect: false });
    await subscribed(chatwoot, 2);
    chatwoot.restartRedis();
    await subscribed(chatwoot, 2);
    await expect(subscribed(chatwoot, 1, 300)).rejects.toThrow();
  });

  test("with the initializer all goes on", async () => {
    const world = await openChatwoot();
    const admin = await subscribed(world.chatwoot, 1);
    world.chatwoot.restartRedis();
    await send(world);
    await expect.poll(admin.events).toEqual(["message.created"]);
    expect(failures(await health(targetOf(world.chatwoot)))).toEqual({});
  });
});

test("a user who would get conversations by looking online is not subscribed", async () => {
  const { chatwoot, target } = await whole();
  addInbox(chatwoot.state, { accountId: 1, name: "Support", channelType: "Channel::Api", members: [2] });
  expect((await health(target)).get("websocket")).toMatchObject({
    state: "skipped",
    detail: expect.stringContaining(`the token's user answers in inbox "Support" with auto assignment`) as unknown,
  });
});

test("while Redis is away, a visitor's message answers 500 and is stored without a webhook, and jobs are lost", async () => {
  const { chatwoot, client } = await openChatwoot({ webhookUrl: (await openReceiver()).url });
  const { inbox_identifier: identifier, id } = await client.createApiInbox(1, "inbox");
  const { source_id: source } = await client.createCustomer(identifier!, { name: "customer" });
  const { id: conversation } = await client.startConversation(identifier!, source);
  await client.deleteInbox(1, id);
  chatwoot.state.services.redis = "failing";
  const sent = client.sendAsCustomer(identifier!, source, conversation, "hello");
  await expect(sent).rejects.toMatchObject({ status: 500 });
  await sleep(100);
  await chatwoot.settled();
  expect(chatwoot.state.messages.map(({ content }) => content)).toEqual(["hello"]);
  expect(chatwoot.state.deliveries.filter(({ event }) => event === "message_created")).toEqual([]);
  expect(chatwoot.state.inboxes).toHaveLength(1);
});

test("a disabled or unconfigured part is no failure", async () => {
  const { chatwoot, target } = await whole();
  chatwoot.state.webhooks.splice(0);
  target.webhook!.enabled = false;
  const off = await health({ ...target, agentUrl: undefined });
  expect(failures(off)).toEqual({});
  expect(off.get("webhooks")?.detail).toBe("the webhook is disabled, as configured");
  expect(off.get("test webhook")?.state).toBe("skipped");
  expect(off.get("agent service")?.state).toBe("skipped");
});

describe("without a stack, from the environment", () => {
  test("accepts the consumers' names", async () => {
    const { target } = await whole();
    const found = environmentTarget({
      CHATWOOT_BASE_URL: `${target.baseUrl}/`,
      CHATWOOT_API_KEY: target.apiToken,
      CHATWOOT_ACCOUNT_ID: "1",
      CHATWOOT_WEBHOOK_URL: target.webhook!.url,
      CHATWOOT_WEBHOOK_SECRET: webhookSecret,
      AGENT_SDK_URL: target.agentUrl,
    });
    expect(failures(await health(found))).toEqual({});
  });

  test("a missing token fails, because its checks did not run", async () => {
    const { chatwoot } = await openChatwoot();
    const found = environmentTarget({ CHATWOOT_BASE_URL: chatwoot.url, CHATWOOT_API_KEY: "" });
    expect(failures(await health(found))["API token"]).toContain("is not set. Set CHATWOOT_API_KEY");
  });

  test.each([
    [{}, "CHATWOOT_BASE_URL: is not set, and no stack is given."],
    [{ CHATWOOT_BASE_URL: "chat.example.com" }, "CHATWOOT_BASE_URL: is not a URL such as https://host."],
    [{ CHATWOOT_BASE_URL: "https://x", CHATWOOT_ACCOUNT_ID: "one" }, "CHATWOOT_ACCOUNT_ID: is not an account id."],
  ])("rejects %j", (environment, expected) => expect(() => environmentTarget(environment)).toThrow(expected));
});
