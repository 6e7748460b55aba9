import { describe, expect, test } from "vitest";
import { ChatwootClient } from "../../../ops/lib/chatwoot/client.ts";
import { addUser, type State } from "../../../sandbox/chatwoot/chatwoot.ts";
import { apiToken, openChatwoot, openReceiver } from "./support.ts";

/* The stand-in's API as the commands' client sees it: accepted requests, and above all rejected ones. */

async function ask(url: string, path: string, init: RequestInit = {}): Promise<[number, unknown]> {
  const answer = await fetch(`${url}${path}`, { redirect: "manual", ...init });
  const text = await answer.text();
  return [answer.status, text.startsWith("{") ? JSON.parse(text) : text];
}

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
    expect((await client.messages(1, id)).map((each) => [each.message_type, each.private])).toEqual([
      [0, false],
      [1, true],
    ]);
    const [, seen] = await ask(
      chatwoot.url,
      `/public/api/v1/inboxes/${key}/contacts/${customer.source_id}/conversations/${id}/messages`,
    );
    expect(seen).not.toContain("a draft");
    expect(seen).toContain("Grüße 👋");
  });

  test("keeps a file byte for byte, behind a redirection", async () => {
    const { client, chatwoot } = await openChatwoot();
    const inbox = await client.createApiInbox(1, "Files");
    const contact = await client.createContact(1, inbox.id, { name: "Files" });
    const { id } = await client.createConversation(1, { inboxId: inbox.id, contactId: contact.id });
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const files = [{ fileName: "übersicht.bin", contentType: "application/octet-stream", bytes }];
    const { attachments } = await client.createMessage(1, id, { content: "a file", isPrivate: true, files });
    const [file] = attachments!;
    expect(file!.data_url).toContain(`${chatwoot.url}/rails/active_storage/blobs/redirect/`);
    expect((await fetch(file!.data_url, { redirect: "manual" })).status).toBe(302);
    const answer = await fetch(file!.data_url);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
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

describe("sign-up and onboarding", () => {
  test("a disabled sign-up does not exist, an enabled one creates users", async () => {
    const { chatwoot } = await openChatwoot();
    const signUp = { account_name: "Mallory", email: "m@example.com", password: "Secret1!" };
    expect((await ask(chatwoot.url, "/api/v1/accounts", post(signUp)))[0]).toBe(404);
    chatwoot.state.signupOpen = true;
    expect((await ask(chatwoot.url, "/api/v1/accounts", post({})))[0]).toBe(403);
    expect(await ask(chatwoot.url, "/api/v1/accounts", post(signUp))).toEqual([200, { email: "m@example.com" }]);
    await ask(chatwoot.url, "/api/v1/accounts", post({}));
    await ask(chatwoot.url, "/api/v1/accounts", post({}));
    expect((await ask(chatwoot.url, "/api/v1/accounts", post({})))[0]).toBe(429);
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
