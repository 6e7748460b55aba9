import { randomUUID } from "node:crypto";

/* The requests to which answers.jsonl has the answers of the original, in order. Later ones use ids of earlier ones. */

export const tokens = {
  service: "planted-api-token-of-the-service",
  agent: "planted-token-of-an-agent",
  other: "planted-other",
};
export const websiteToken = "website-token-of-the-widget";
export const signInEmail = "admin@hotrodan.com";
export const signInPassword = "Planted-admin-password-1";

/** A value of an earlier answer: `payload.contact.id` of its JSON, or `location`. */
export type Seen = (name: string, path: string) => string;

export interface OriginalRequest {
  name: string;
  /** `GET /path`. */
  what: (seen: Seen) => string;
  token?: keyof typeof tokens;
  accept?: string;
  body?: (seen: Seen) => object | string | FormData;
  headers?: Record<string, string>;
}

const account = "/api/v1/accounts/1";
const html = { accept: "text/html" };
const file = { accept: "*/*" };

type More = Omit<OriginalRequest, "name" | "what" | "body"> & { body?: OriginalRequest["body"] | object | string };

function ask(name: string, what: string | ((seen: Seen) => string), { body, ...more }: More = {}): OriginalRequest {
  return {
    name,
    what: typeof what === "string" ? () => what : what,
    ...more,
    ...(body === undefined
      ? {}
      : { body: typeof body === "function" ? (body as OriginalRequest["body"]) : () => body }),
  } as OriginalRequest;
}

/** A request of the service user to the account. */
function api(name: string, what: string | ((seen: Seen) => string), body?: More["body"]): OriginalRequest {
  const inAccount = (text: string): string => text.replace(" ", ` ${account}`);
  return ask(name, (seen) => inAccount(typeof what === "string" ? what : what(seen)), {
    token: "service",
    ...(body === undefined ? {} : { body }),
  });
}

const webhook = (url: string, subscriptions: string[]) => ({ webhook: { url, subscriptions } });
const receiver = "http://127.0.0.1:23999";
const webhookId = (seen: Seen) => seen("webhook create", "payload.webhook.id");
const inboxId = (seen: Seen) => seen("inbox create", "id");
const contactId = (seen: Seen) => seen("contact create", "payload.contact.id");
const sourceId = (seen: Seen) => seen("contact create", "payload.contact_inbox.source_id");
const conversation = (seen: Seen) => `/conversations/${seen("conversation create", "id")}`;
const customers = (seen: Seen) => `/public/api/v1/inboxes/${seen("inbox create", "inbox_identifier")}/contacts`;
const customer = (seen: Seen) => `${customers(seen)}/${seen("public contact", "source_id")}`;
const customersConversation = (seen: Seen) => `${customer(seen)}/conversations/${seen("public conversation", "id")}`;

function noteWithFile(): FormData {
  const form = new FormData();
  form.set("content", "a note");
  form.set("message_type", "outgoing");
  form.set("private", "true");
  form.append("attachments[]", new Blob(["hello bytes"], { type: "application/octet-stream" }), "x.bin");
  return form;
}

export const requests: readonly OriginalRequest[] = [
  ask("health", "GET /health"),
  ask("api", "GET /api"),
  ask("profile", "GET /api/v1/profile", { token: "service" }),
  ask("profile wrong", "GET /api/v1/profile", { headers: { api_access_token: "nope" } }),
  ask("profile none", "GET /api/v1/profile"),
  ask("profile dashes", "GET /api/v1/profile", { headers: { "api-access-token": tokens.service } }),
  api("account", "GET "),
  ask("account unknown", "GET /api/v1/accounts/999/webhooks", { token: "service" }),
  ask("account foreign", `GET ${account}/inboxes`, { token: "other" }),

  api("webhooks", "GET /webhooks"),
  ask("webhooks as agent", `GET ${account}/webhooks`, { token: "agent" }),
  api("webhook create", "POST /webhooks", {
    webhook: { url: `${receiver}/made`, subscriptions: ["message_created"], name: "Made" },
  }),
  api("webhook dup", "POST /webhooks", webhook(`${receiver}/made`, ["message_created"])),
  api("webhook bad url", "POST /webhooks", webhook("nope", ["message_created"])),
  api("webhook bad event", "POST /webhooks", webhook(`${receiver}/b`, ["nope"])),
  api("webhook no event", "POST /webhooks", webhook(`${receiver}/b`, [])),
  api("webhook empty", "POST /webhooks", {}),
  api("webhook unwrapped", "POST /webhooks", { url: `${receiver}/unwrapped`, subscriptions: ["message_created"] }),
  api("webhook unwrapped delete", (seen) => `DELETE /webhooks/${seen("webhook unwrapped", "payload.webhook.id")}`),
  api("webhook patch", (seen) => `PATCH /webhooks/${webhookId(seen)}`, {
    webhook: { subscriptions: ["contact_created"] },
  }),
  api("webhook patch bad", (seen) => `PATCH /webhooks/${webhookId(seen)}`, { webhook: { subscriptions: ["bad"] } }),
  api("webhook show", (seen) => `GET /webhooks/${webhookId(seen)}`),
  api("webhook delete", (seen) => `DELETE /webhooks/${webhookId(seen)}`),
  api("webhook delete again", (seen) => `DELETE /webhooks/${webhookId(seen)}`),

  api("inboxes", "GET /inboxes"),
  ask("inbox create as agent", `POST ${account}/inboxes`, {
    token: "agent",
    body: { name: "x", channel: { type: "api", webhook_url: "" } },
  }),
  api("inbox create", "POST /inboxes", { name: "ops-smoke-cmp", channel: { type: "api", webhook_url: "" } }),
  api("inbox create no name", "POST /inboxes", { name: "", channel: { type: "api", webhook_url: "" } }),
  api("inbox create no channel", "POST /inboxes", { name: "x" }),
  api("inbox create bad channel", "POST /inboxes", { name: "x", channel: { type: "nope" } }),
  api("inbox create widget no url", "POST /inboxes", { name: "x", channel: { type: "web_widget" } }),
  api("inbox create email none", "POST /inboxes", { name: "x", channel: { type: "email" } }),
  api("inbox show", (seen) => `GET /inboxes/${inboxId(seen)}`),
  api("inbox show none", "GET /inboxes/99999"),

  api("contact create", "POST /contacts", (seen: Seen) => ({ name: "ops-smoke-cmp", inbox_id: Number(inboxId(seen)) })),
  api("contact create email no inbox", "POST /contacts", { name: "Mailer", email: "Cmp@Example.com" }),
  api("contact dup email", "POST /contacts", { name: "Mailer", email: "cmp@example.com" }),
  api("contact bad email", "POST /contacts", { name: "Mailer", email: "nope" }),
  api("contact bad phone", "POST /contacts", { name: "Mailer", phone_number: "123" }),
  api("contact bad inbox", "POST /contacts", { name: "Mailer", inbox_id: 99999 }),
  api("contact search", "GET /contacts/search?q=ops-smoke-"),
  api("contact search none", "GET /contacts/search?q=zzzzzz"),
  api("contact search empty", "GET /contacts/search"),
  api("contact show", (seen) => `GET /contacts/${contactId(seen)}`),
  api("contact show none", "GET /contacts/99999"),

  api("conversation create", "POST /conversations", (seen: Seen) => ({
    inbox_id: Number(inboxId(seen)),
    contact_id: Number(contactId(seen)),
    source_id: randomUUID(),
  })),
  api("conversation create no contact", "POST /conversations", (seen: Seen) => ({ inbox_id: Number(inboxId(seen)) })),
  api("conversation create known source", "POST /conversations", (seen: Seen) => ({ source_id: sourceId(seen) })),
  api("conversation show", (seen) => `GET ${conversation(seen)}`),
  api("conversation show none", "GET /conversations/99999"),
  api("conversations", (seen) => `GET /conversations?status=all&inbox_id=${inboxId(seen)}`),
  api("contact conversations", (seen) => `GET /contacts/${contactId(seen)}/conversations`),
  api("status resolved", (seen) => `POST ${conversation(seen)}/toggle_status`, { status: "resolved" }),
  api("status pending", (seen) => `POST ${conversation(seen)}/toggle_status`, { status: "pending" }),
  api("status toggled", (seen) => `POST ${conversation(seen)}/toggle_status`, {}),
  api("status bad", (seen) => `POST ${conversation(seen)}/toggle_status`, { status: "nope" }),

  api("message create form", (seen) => `POST ${conversation(seen)}/messages`, noteWithFile),
  api("message create json", (seen) => `POST ${conversation(seen)}/messages`, {
    content: "hi",
    message_type: "outgoing",
    private: false,
  }),
  api("message incoming", (seen) => `POST ${conversation(seen)}/messages`, { content: "in", message_type: "incoming" }),
  api("message bad type", (seen) => `POST ${conversation(seen)}/messages`, { content: "in", message_type: "nope" }),
  api("message too long", (seen) => `POST ${conversation(seen)}/messages`, { content: "x".repeat(150_001) }),
  api("message empty", (seen) => `POST ${conversation(seen)}/messages`, {}),
  api("messages", (seen) => `GET ${conversation(seen)}/messages`),
  ask(
    "attachment redirect",
    (seen) => `GET ${new URL(seen("message create form", "attachments.0.data_url")).pathname}`,
    file,
  ),
  ask("attachment file", (seen) => `GET ${new URL(seen("attachment redirect", "location")).pathname}`, file),
  api("message delete", (seen) => `DELETE ${conversation(seen)}/messages/${seen("message create form", "id")}`),

  ask("public contact", (seen) => `POST ${customers(seen)}`, { body: { name: "Customer" } }),
  ask("public contact known email", (seen) => `POST ${customers(seen)}`, {
    body: { name: "Customer", email: "cmp@example.com" },
  }),
  ask("public contact no inbox", "POST /public/api/v1/inboxes/nope/contacts", { body: { name: "C" } }),
  ask("public contact show", (seen) => `GET ${customer(seen)}`),
  ask("public contact unknown", (seen) => `GET ${customers(seen)}/nope`),
  ask("public conversation", (seen) => `POST ${customer(seen)}/conversations`, { body: {} }),
  ask("public conversations", (seen) => `GET ${customer(seen)}/conversations`),
  ask("public conversation show", (seen) => `GET ${customersConversation(seen)}`),
  ask("public message", (seen) => `POST ${customersConversation(seen)}/messages`, { body: { content: "Hello" } }),
  ask("public messages", (seen) => `GET ${customersConversation(seen)}/messages`),
  ask("public toggle", (seen) => `POST ${customersConversation(seen)}/toggle_status`, { body: {} }),
  ask("public of api contact", (seen) => `POST ${customers(seen)}/${sourceId(seen)}/conversations`, { body: {} }),

  api("conversation delete", (seen) => `DELETE ${conversation(seen)}`),
  ask("contact delete as agent", (seen) => `DELETE ${account}/contacts/${contactId(seen)}`, { token: "agent" }),
  api("contact delete", (seen) => `DELETE /contacts/${contactId(seen)}`),
  api("contact delete again", (seen) => `DELETE /contacts/${contactId(seen)}`),
  api("contact delete 2", (seen) => `DELETE /contacts/${seen("contact create email no inbox", "payload.contact.id")}`),
  api("inbox delete", (seen) => `DELETE /inboxes/${inboxId(seen)}`),
  api("inbox show after delete", (seen) => `GET /inboxes/${inboxId(seen)}`),

  ask("sign_in wrong", "POST /auth/sign_in", { body: { email: signInEmail, password: "wrong" } }),
  ask("sign_in right", "POST /auth/sign_in", { body: { email: signInEmail, password: signInPassword } }),
  ask("password known", "POST /auth/password", { body: { email: signInEmail } }),
  ask("password unknown", "POST /auth/password", { body: { email: "nobody@hotrodan.com" } }),
  ask("signup {}", "POST /api/v1/accounts", { body: {} }),
  ask("signup full", "POST /api/v1/accounts", {
    body: { account_name: "x", user_full_name: "y", email: "z@example.com", password: "Abcdef1!" },
  }),
  ask("onboarding", "GET /installation/onboarding", html),
  ask("root html", "GET /", html),
  ask("root json", "GET /"),
  ask("login html", "GET /app/login", html),
  ask("app json", "GET /app/accounts/1/dashboard"),
  ask("unknown path", "GET /nope"),
  ask("unknown api", "GET /api/v1/nope", { token: "service" }),
  ask("malformed json", `POST ${account}/webhooks`, {
    token: "service",
    body: "{nope",
    headers: { "Content-Type": "application/json" },
  }),
  ask("widget no token", "GET /widget", html),
  ask("widget", `GET /widget?website_token=${websiteToken}`, html),
  ask("cable plain", "GET /cable"),
  ask("super admin", "GET /super_admin", html),
  ask("super admin sign in", "GET /super_admin/sign_in", html),
  ask("sidekiq", "GET /monitoring/sidekiq", html),
  ask("hc", "GET /hc", html),
  ask("up", "GET /up"),
  ask("rails health", "GET /rails/health"),
  ask("robots", "GET /robots.txt"),
  ask("manifest", "GET /manifest.json"),
];
