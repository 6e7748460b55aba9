import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { webhookEvents } from "../../../config/webhook-events.ts";
import { ChatwootClient } from "../../../ops/lib/chatwoot/client.ts";
import { addInbox, addUser, type State } from "../../../sandbox/chatwoot/chatwoot.ts";
import { apiToken, closedPort, listen, openChatwoot, openReceiver, webhookSecret } from "./support.ts";

/* The stand-in's API as the commands' client sees it: accepted requests, and above all rejected ones. */

async function ask(url: string, path: string, init: RequestInit = {}): Promise<[number, unknown]> {
  const answer = await fetch(`${url}${path}`, { redirect: "manual", ...init });
  const text = await answer.text();
  return [answer.status, text.startsWith("{") ? JSON.parse(text) : text];
}

const hmac = (key: string, text: string): string => createHmac("sha256", key).update(text).digest("hex");

const post = (body: object): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", api_access_token: apiToken },
});

describe("health", () => {
  test("/api reports a failing database until the first query, and again when its connection was idle for 300 s", async () => {
    let now = 0;
    const { chatwoot } = await openChatwoot({ now: () => now });
    const dataServices = async () => ((await ask(chatwoot.url, "/api"))[1] as { data_services: string }).data_services;
    expect([await dataServices(), await dataServices()]).toEqual(["failing", "failing"]);
    await ask(chatwoot.url, "/api/v1/profile");
    expect(await dataServices()).toBe("ok");
    now += 299_000;
    expect(await dataServices()).toBe("ok");
    now += 1000;
    expect(await dataServices()).toBe("failing");
  });

  test.each<[string, Partial<State["services"]>, services: object, profile: number]>([
    ["Postgres fails", { postgres: "failing" }, [200, { data_services: "failing", queue_services: "ok" }], 500],
    ["Redis fails", { redis: "failing" }, [200, { queue_services: "failing" }], 500],
    ["Redis loads its data", { redis: "loading" }, [500, expect.anything()], 500],
  ])("%s: /api, profile and /health", async (_, services, answer, profile) => {
    const { chatwoot } = await openChatwoot();
    Object.assign(chatwoot.state.services, services);
    expect(await ask(chatwoot.url, "/api")).toMatchObject(answer);
    expect((await ask(chatwoot.url, "/health"))[0]).toBe(200);
    expect((await ask(chatwoot.url, "/api/v1/profile", { headers: { api_access_token: apiToken } }))[0]).toBe(profile);
  });

  test.each(["/hc", "/up", "/rails/health"])("%s does not exist", async (path) => {
    const { chatwoot } = await openChatwoot();
    expect((await ask(chatwoot.url, path))[0]).toBe(404);
  });
});

describe("tokens", () => {
  test.each([
    ["an invalid one", { api_access_token: "wrong" }, { error: "Invalid Access Token" }],
    ["none", {}, { errors: ["You need to sign in or sign up before continuing."] }],
  ])("%s is 401", async (_, headers, body) => {
    const { chatwoot } = await openChatwoot();
    expect(await ask(chatwoot.url, "/api/v1/profile", { headers: headers as Record<string, string> })).toEqual([
      401,
      body,
    ]);
  });

  test("are accepted with dashes too, since proxies drop names with underscores", async () => {
    const { chatwoot } = await openChatwoot();
    expect((await ask(chatwoot.url, "/api/v1/profile", { headers: { "api-access-token": apiToken } }))[0]).toBe(200);
  });

  test("an agent's token gets 401, not 403, on an administrator's route", async () => {
    const { chatwoot } = await openChatwoot();
    const agent = addUser(chatwoot.state, { email: "agent@hotrodan.com", accounts: { 1: "agent" } });
    const stranger = addUser(chatwoot.state, { email: "stranger@hotrodan.com", accounts: {} });
    const as = (token: string) => ({ headers: { api_access_token: token } });
    expect(await ask(chatwoot.url, "/api/v1/accounts/1/webhooks", as(agent.accessToken))).toEqual([
      401,
      { error: "You are not authorized to do this action" },
    ]);
    expect(await ask(chatwoot.url, "/api/v1/accounts/1/inboxes", as(stranger.accessToken))).toEqual([
      401,
      { error: "You are not authorized to access this account" },
    ]);
    expect(await ask(chatwoot.url, "/api/v1/accounts/2/inboxes", as(apiToken))).toEqual([
      404,
      { error: "Resource could not be found" },
    ]);
  });

  test("the client reports the request, and never the token", async () => {
    const { chatwoot } = await openChatwoot();
    const wrong = new ChatwootClient({ baseUrl: chatwoot.url, apiToken: "planted-wrong-token" });
    const error = await wrong.profile().catch((each: unknown) => each);
    expect(String(error)).toContain("GET /api/v1/profile answered 401: Invalid Access Token");
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("planted");
  });
});

describe("account webhooks", () => {
  const url = "https://example.com/hook";
  test.each([
    ["an unknown event", { url, subscriptions: ["conversation_resolved"] }, "Subscriptions Invalid events"],
    ["no event", { url, subscriptions: [] }, "Subscriptions Invalid events"],
    ["another scheme", { url: "ftp://x/y", subscriptions: ["message_created"] }, "Url is invalid"],
  ])("%s is 422", async (_, webhook, message) => {
    const { chatwoot } = await openChatwoot();
    const [status, body] = await ask(chatwoot.url, "/api/v1/accounts/1/webhooks", post({ webhook }));
    expect([status, body]).toMatchObject([422, { message }]);
    expect(chatwoot.state.webhooks).toEqual([]);
  });

  test("are created, listed with a generated secret, changed and deleted", async () => {
    const { chatwoot, client } = await openChatwoot();
    const chosen = { url, subscriptions: ["message_created"], secret: "chosen" };
    const made = await client.createWebhook(1, chosen);
    expect(made.secret).toMatch(/^\w{20,}$/);
    expect(await client.webhooks(1)).toEqual([made]);
    await expect(client.createWebhook(1, chosen)).rejects.toThrow("Url has already been taken");
    expect((await client.updateWebhook(1, made.id, { subscriptions: ["message_updated"] })).subscriptions).toEqual([
      "message_updated",
    ]);
    expect((await ask(chatwoot.url, `/api/v1/accounts/1/webhooks/${made.id}`))[0]).toBe(404);
    await client.deleteWebhook(1, made.id);
    expect(await client.webhooks(1)).toEqual([]);
    await expect(client.deleteWebhook(1, made.id)).rejects.toThrow("answered 404: Resource could not be found");
  });
});

describe("a conversation", () => {
  test("of a customer: delivered and signed, answered by a private note that the customer does not see", async () => {
    const receiver = await openReceiver();
    const { chatwoot, client } = await openChatwoot({ webhookUrl: receiver.url });
    const inbox = await client.createApiInbox(1, "Test");
    const key = inbox.inbox_identifier as string;
    const customer = await client.createCustomer(key, { name: "Zoë 世界", email: "zoe@example.com" });
    const { id } = await client.startConversation(key, customer.source_id);
    await client.sendAsCustomer(key, customer.source_id, id, "Grüße 👋");
    await client.createMessage(1, id, { content: "a draft", isPrivate: true });
    await client.setStatus(1, id, "resolved");
    await chatwoot.settled();

    expect(receiver.problems).toEqual([]);
    expect(receiver.events.map(({ event }) => event).sort()).toEqual([
      "conversation_status_changed",
      "message_created",
      "message_created",
    ]);
    const incoming = receiver.events.find(({ message_type: type }) => type === "incoming");
    expect(incoming).toMatchObject({ content: "Grüße 👋", private: false, conversation: { id }, account: { id: 1 } });
    await expect
      .poll(async () => (await client.messages(1, id)).map((each) => [each.message_type, each.private]))
      .toEqual([
        [0, false],
        [1, true],
        // An activity: the conversation was marked resolved.
        [2, false],
      ]);
    const [, seen] = await ask(
      chatwoot.url,
      `/public/api/v1/inboxes/${key}/contacts/${customer.source_id}/conversations/${id}/messages`,
    );
    expect(seen).not.toContain("a draft");
    expect(seen).toContain("Grüße 👋");
  });

  test("a file is kept byte for byte, behind a redirection", async () => {
    const { client, chatwoot } = await openChatwoot();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const file = { fileName: "übersicht.bin", contentType: "application/octet-stream", bytes };
    const { file_url: url } = await client.upload(1, file);
    expect(url).toContain(`${chatwoot.url}/rails/active_storage/blobs/redirect/`);
    expect((await fetch(url, { redirect: "manual" })).status).toBe(302);
    const answer = await fetch(url);
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="%3Fbersicht.bin"; filename*=UTF-8''%C3%BCbersicht.bin`,
    );
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test.each([
    ["with a file, whose job dies where the message is deleted before it runs", true, ["SendReplyJob"]],
    ["without a file", false, []],
  ])("a message %s", async (_, hasFile, dead) => {
    const { client, chatwoot } = await openChatwoot({ replyDelayMs: 50 });
    const inbox = await client.createApiInbox(1, "Files");
    const contact = await client.createContact(1, inbox.id, { name: "Files" });
    const { id } = await client.createConversation(1, { inboxId: inbox.id, contactId: contact.id });
    const body = new FormData();
    body.set("content", "a note");
    if (hasFile) body.append("attachments[]", new Blob(["bytes"]), "x.bin");
    const path = `${chatwoot.url}/api/v1/accounts/1/conversations/${id}/messages`;
    await fetch(path, { method: "POST", body, headers: { api_access_token: apiToken } });
    await client.deleteContact(1, contact.id);
    await sleep(100);
    expect(chatwoot.state.deadJobs).toEqual(dead);
  });

  test.each([
    ["with an unknown inbox", { inbox_id: 99, contact_id: 1 }, 404],
    ["without parameters", {}, 404],
  ])("%s is rejected", async (_, body, status) => {
    const { chatwoot } = await openChatwoot();
    expect((await ask(chatwoot.url, "/api/v1/accounts/1/conversations", post(body)))[0]).toBe(status);
  });

  test("is deleted with its inbox, after a delay", async () => {
    const { client, chatwoot } = await openChatwoot();
    const inbox = await client.createApiInbox(1, "Gone");
    const contact = await client.createContact(1, inbox.id, { name: "Gone" });
    const { id } = await client.createConversation(1, { inboxId: inbox.id, contactId: contact.id });
    await client.deleteInbox(1, inbox.id);
    await expect.poll(() => chatwoot.state.inboxes).toEqual([]);
    await expect(client.conversation(1, id)).rejects.toThrow("404");
    await client.deleteContact(1, contact.id);
    expect(chatwoot.state.contacts).toEqual([]);
  });
});

describe("deliveries", () => {
  test("to private addresses are rejected as in Chatwoot, unless they are allowed", async () => {
    const receiver = await openReceiver();
    const { chatwoot, client } = await openChatwoot({ webhookUrl: receiver.url, allowPrivateNetwork: false });
    const inbox = await client.createApiInbox(1, "Test");
    const { source_id: source } = await client.createCustomer(inbox.inbox_identifier!, { name: "A" });
    const { id } = await client.startConversation(inbox.inbox_identifier!, source);
    await client.sendAsCustomer(inbox.inbox_identifier!, source, id, "hello");
    await chatwoot.settled();
    expect(receiver.events).toEqual([]);
    expect(chatwoot.state.deliveries).toMatchObject([{ error: expect.stringContaining("no public ip addresses") }]);
  });

  test("are sent once, whatever the receiver answers", async () => {
    const receiver = await openReceiver("another secret");
    const { chatwoot, client } = await openChatwoot({ webhookUrl: receiver.url });
    const inbox = await client.createApiInbox(1, "Test");
    const { source_id: source } = await client.createCustomer(inbox.inbox_identifier!, { name: "A" });
    const { id } = await client.startConversation(inbox.inbox_identifier!, source);
    await client.sendAsCustomer(inbox.inbox_identifier!, source, id, "hello");
    await chatwoot.settled();
    expect(chatwoot.state.deliveries).toMatchObject([{ status: 401, event: "message_created" }]);
    expect(receiver.problems).toEqual(["refused: wrong-signature"]);
  });
});

describe("deliveries of an inbox", () => {
  /** Writes as a customer of an inbox with these receivers; resolves when all deliveries are done. */
  async function write(receivers: { webhookUrl?: string; bot?: { url: string; secret: string } }) {
    const { chatwoot, client } = await openChatwoot({ botPausesMs: [1, 1] });
    const { webhookUrl = null, bot = null } = receivers;
    const inbox = { accountId: 1, name: "OCC", channelType: "Channel::Api", secret: webhookSecret } as const;
    const { token } = addInbox(chatwoot.state, { ...inbox, webhookUrl, bot });
    const { source_id: source } = await client.createCustomer(token, { name: "A" });
    const { id } = await client.startConversation(token, source);
    await client.sendAsCustomer(token, source, id, "hello");
    await chatwoot.settled();
    return { chatwoot, client, id };
  }

  test("are signed with the inbox's secret, for its webhook and for its agent bot", async () => {
    const [receiver, bot] = [await openReceiver(), await openReceiver()];
    await write({ webhookUrl: receiver.url, bot: { url: bot.url, secret: webhookSecret } });
    expect([...receiver.problems, ...bot.problems]).toEqual([]);
    expect(receiver.events.map(({ event }) => event)).toEqual(["conversation_created", "message_created"]);
    expect(bot.events.map(({ event }) => event)).toEqual(["message_created"]);
  });

  test("a webhook that fails marks the message", async () => {
    const { chatwoot } = await write({ webhookUrl: `${await closedPort()}/hook` });
    expect(chatwoot.state.messages).toMatchObject([
      {
        status: "failed",
        contentAttributes: { external_error: expect.stringContaining("Invalid webhook URL") as unknown },
      },
    ]);
    expect(chatwoot.state.deliveries.map(({ event }) => event).sort()).toEqual([
      "conversation_created",
      "message_created",
      "message_updated",
    ]);
  });

  test("a bot that answers 500 gets three attempts, then agents get the conversation", async () => {
    const bot = await listen(createServer((_, response) => response.writeHead(500).end()));
    const { chatwoot, client, id } = await write({ bot: { url: bot, secret: webhookSecret } });
    expect(chatwoot.state.deliveries.filter(({ event }) => event === "message_created")).toHaveLength(3);
    expect((await client.conversation(1, id)).status).toBe("open");
  });

  test("follow a redirection with the same signed request", async () => {
    const receiver = await openReceiver();
    const moved = await listen(
      createServer((_, response) => response.writeHead(302, { location: receiver.url }).end()),
    );
    const { chatwoot } = await write({ webhookUrl: moved });
    expect(receiver.problems).toEqual([]);
    expect(chatwoot.state.deliveries.map(({ status }) => status)).toEqual([202, 202]);
  });
});

describe("events of the account's webhook", () => {
  test("follow a conversation from its start to its end", async () => {
    const receiver = await openReceiver();
    const { chatwoot, client } = await openChatwoot({ webhookUrl: receiver.url });
    chatwoot.state.webhooks[0]!.subscriptions = [...webhookEvents];
    const inbox = await client.createApiInbox(1, "Test");
    const { source_id: source } = await client.createCustomer(inbox.inbox_identifier!, { name: "A" });
    const { id } = await client.startConversation(inbox.inbox_identifier!, source);
    await client.sendAsCustomer(inbox.inbox_identifier!, source, id, "hello");
    const { id: answer } = await client.createMessage(1, id, { content: "hi" });
    await ask(chatwoot.url, `/api/v1/accounts/1/conversations/${id}/messages/${answer}`, {
      method: "DELETE",
      headers: { api_access_token: apiToken },
    });
    await client.setStatus(1, id, "resolved");
    await chatwoot.settled();
    expect(receiver.events.map(({ event }) => event).sort()).toEqual([
      "contact_created",
      "contact_updated",
      "conversation_created",
      "conversation_status_changed",
      // The customer's wait ends with the answer; then the status changes.
      "conversation_updated",
      "conversation_updated",
      "message_created",
      "message_created",
      "message_updated",
    ]);
  });
});

describe("an API inbox that requires an identity", () => {
  test.each<[string, object, number]>([
    ["no hash", { identifier: "zoe" }, 500],
    ["a wrong hash", { identifier: "zoe", identifier_hash: "0".repeat(64) }, 500],
    ["the right hash", { identifier: "zoe", identifier_hash: hmac("hmac-token", "zoe") }, 200],
  ])("%s", async (_, identity, status) => {
    const { chatwoot } = await openChatwoot();
    const inbox = { accountId: 1, name: "OCC", channelType: "Channel::Api", requireIdentity: true } as const;
    const { token } = addInbox(chatwoot.state, { ...inbox, hmacToken: "hmac-token" });
    const [found] = await ask(
      chatwoot.url,
      `/public/api/v1/inboxes/${token}/contacts`,
      post({ name: "Zoë", ...identity }),
    );
    expect(found).toBe(status);
  });
});

describe("throttles", () => {
  const from = (address: string, more: object = {}) => ({ headers: { "X-Forwarded-For": address, ...more } });

  test("the sixth widget of an hour from one address is 429, for a customer's address and behind a proxy alike", async () => {
    let now = 0;
    const { chatwoot } = await openChatwoot({ now: () => now });
    const widget = async (init: RequestInit) => (await ask(chatwoot.url, "/widget?website_token=x", init))[0];
    // Fly appends the app's own address, so all visitors are one client.
    const visitors = Array.from({ length: 6 }, (_, i) => from(`198.51.100.${i}, 203.0.113.9`));
    const answers: number[] = [];
    for (const visitor of visitors) answers.push(await widget(visitor));
    expect(answers).toEqual([404, 404, 404, 404, 404, 429]);
    expect(await widget(from("198.51.100.0"))).toBe(404);
    expect((await ask(chatwoot.url, "/health", visitors[0]))[0]).toBe(200);
    now += 3_600_000;
    expect(await widget(visitors[0]!)).toBe(404);
  });

  test("loopback is on the safe list, and searches are counted for the account", async () => {
    const { chatwoot } = await openChatwoot({ now: () => 0 });
    const search = async (headers: Record<string, string>) =>
      (
        await ask(chatwoot.url, "/api/v1/accounts/1/contacts/search?q=x", {
          headers: { api_access_token: apiToken, ...headers },
        })
      )[0];
    for (let i = 0; i < 100; i++) await search({ "X-Forwarded-For": `198.51.100.${i}` });
    expect(await search({ "X-Forwarded-For": "203.0.113.1" })).toBe(429);
    expect(await search({})).toBe(200);
  });
});

test("/cable accepts any origin, and answers 404 to a request that is no upgrade", async () => {
  const { chatwoot } = await openChatwoot();
  expect(await ask(chatwoot.url, "/cable")).toEqual([404, "Page not found"]);
  for (const origin of ["https://elsewhere.example.com", undefined]) {
    const socket = new WebSocket(`${chatwoot.url.replace("http", "ws")}/cable`, origin === undefined ? {} : { origin });
    const [welcome] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(welcome.toString())).toEqual({ type: "welcome" });
    socket.terminate();
  }
});

describe("sign-up and onboarding", () => {
  test("a disabled sign-up does not exist, an enabled one creates users", async () => {
    const { chatwoot } = await openChatwoot();
    const signUp = { account_name: "Mallory", email: "m@example.com", password: "Secret1!" };
    expect((await ask(chatwoot.url, "/api/v1/accounts", post(signUp)))[0]).toBe(404);
    chatwoot.state.signupOpen = true;
    expect((await ask(chatwoot.url, "/api/v1/accounts", post({})))[0]).toBe(403);
    expect(await ask(chatwoot.url, "/api/v1/accounts", post(signUp))).toEqual([200, { email: "m@example.com" }]);
    const visitor = { ...post({}), headers: { ...post({}).headers, "X-Forwarded-For": "198.51.100.1" } };
    for (let i = 0; i < 5; i++) expect((await ask(chatwoot.url, "/api/v1/accounts", visitor))[0]).toBe(403);
    expect((await ask(chatwoot.url, "/api/v1/accounts", visitor))[0]).toBe(429);
  });

  test("an open onboarding makes its first visitor super admin, and closes", async () => {
    const { chatwoot } = await openChatwoot();
    expect((await ask(chatwoot.url, "/installation/onboarding"))[0]).toBe(302);
    chatwoot.state.onboardingOpen = true;
    expect((await ask(chatwoot.url, "/installation/onboarding"))[0]).toBe(200);
    expect((await ask(chatwoot.url, "/app/login"))[0]).toBe(302);
    const user = { name: "Mallory", company: "M", email: "m@example.com", password: "Secret1!" };
    await ask(chatwoot.url, "/installation/onboarding", post({ user }));
    expect(chatwoot.state.users.at(-1)).toMatchObject({ email: "m@example.com", type: "SuperAdmin" });
    expect((await ask(chatwoot.url, "/installation/onboarding"))[0]).toBe(302);
  });
});
