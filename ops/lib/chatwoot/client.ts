import { randomUUID } from "node:crypto";
import { readinessRequests, type judgeReadiness } from "../../../components/chatwoot/readiness.ts";
import type { HttpAnswer } from "../../../lib/http/request.ts";
import { ChatwootApi } from "./api.ts";
import * as schemas from "./schemas.ts";

export { ChatwootApiError, failureMessage } from "./api.ts";
export type * from "./schemas.ts";

export interface NewFile {
  fileName: string;
  contentType: string;
  bytes: Uint8Array;
}

/** Chatwoot's API with the token of the service user. Chatwoot deletes inboxes and conversations in background jobs. */
export class ChatwootClient extends ChatwootApi {
  /** The answers that `judgeReadiness` reads, of any status. */
  async readiness(): Promise<Parameters<typeof judgeReadiness>[0]> {
    const { services, profile } = readinessRequests;
    const [api, wrongToken] = await Promise.all([
      this.ask(services.path),
      this.ask(profile.path, { headers: profile.headers }),
    ]);
    const answered = ({ status, body }: HttpAnswer) => ({ status, body: body.toString("utf8") });
    return { services: answered(api), profile: answered(wrongToken) };
  }

  account(accountId: number) {
    return this.get(`GET ${account(accountId)}`, schemas.account);
  }

  profile() {
    return this.get("GET /api/v1/profile", schemas.profile);
  }

  async webhooks(accountId: number): Promise<schemas.Webhook[]> {
    return (await this.get(`GET ${account(accountId)}/webhooks`, schemas.webhookList)).payload.webhooks;
  }

  async createWebhook(accountId: number, webhook: { url: string; subscriptions: readonly string[]; name?: string }) {
    const body = { webhook };
    return (await this.get(`POST ${account(accountId)}/webhooks`, schemas.webhookAnswer, { body })).payload.webhook;
  }

  async updateWebhook(accountId: number, id: number, webhook: { url?: string; subscriptions?: readonly string[] }) {
    const body = { webhook };
    return (await this.get(`PATCH ${account(accountId)}/webhooks/${id}`, schemas.webhookAnswer, { body })).payload
      .webhook;
  }

  deleteWebhook(accountId: number, id: number) {
    return this.run(`DELETE ${account(accountId)}/webhooks/${id}`);
  }

  async inboxes(accountId: number): Promise<schemas.Inbox[]> {
    return (await this.get(`GET ${account(accountId)}/inboxes`, schemas.inboxList)).payload;
  }

  async inboxMembers(accountId: number, id: number): Promise<schemas.Agent[]> {
    return (await this.get(`GET ${account(accountId)}/inbox_members/${id}`, schemas.inboxMembers)).payload;
  }

  createApiInbox(accountId: number, name: string) {
    return this.get(`POST ${account(accountId)}/inboxes`, schemas.inbox, {
      body: { name, channel: { type: "api", webhook_url: "" } },
    });
  }

  createWebsiteInbox(accountId: number, name: string, websiteUrl: string) {
    return this.get(`POST ${account(accountId)}/inboxes`, schemas.inbox, {
      body: { name, channel: { type: "web_widget", website_url: websiteUrl } },
    });
  }

  /** Opens a website inbox as a new visitor, who becomes a contact with a random name. Not limited as `/widget` is. */
  openWidget(websiteToken: string) {
    return this.get("POST /api/v1/widget/config", schemas.widgetConfig, { body: { website_token: websiteToken } });
  }

  deleteInbox(accountId: number, id: number) {
    return this.run(`DELETE ${account(accountId)}/inboxes/${id}`);
  }

  /** Creates a contact that is connected to an inbox. */
  async createContact(accountId: number, inboxId: number, contact: { name: string; email?: string }) {
    const body = { ...contact, inbox_id: inboxId };
    const { payload } = await this.get(`POST ${account(accountId)}/contacts`, schemas.contactAnswer, { body });
    return { ...payload.contact, sourceId: payload.contact_inbox?.source_id ?? undefined };
  }

  async contact(accountId: number, id: number) {
    return (await this.get(`GET ${account(accountId)}/contacts/${id}`, schemas.contactDetails)).payload;
  }

  async searchContacts(accountId: number, text: string): Promise<schemas.Contact[]> {
    const query = new URLSearchParams({ q: text }).toString();
    return (await this.get(`GET ${account(accountId)}/contacts/search?${query}`, schemas.contactList)).payload;
  }

  deleteContact(accountId: number, id: number) {
    return this.run(`DELETE ${account(accountId)}/contacts/${id}`);
  }

  createConversation(accountId: number, { inboxId, contactId }: { inboxId: number; contactId: number }) {
    return this.get(`POST ${account(accountId)}/conversations`, schemas.conversation, {
      body: { inbox_id: inboxId, contact_id: contactId, source_id: randomUUID() },
    });
  }

  conversation(accountId: number, id: number) {
    return this.get(`GET ${account(accountId)}/conversations/${id}`, schemas.conversation);
  }

  setStatus(accountId: number, id: number, status: "open" | "resolved" | "pending") {
    return this.run(`POST ${account(accountId)}/conversations/${id}/toggle_status`, { body: { status } });
  }

  deleteConversation(accountId: number, id: number) {
    return this.run(`DELETE ${account(accountId)}/conversations/${id}`);
  }

  /** The last 20 messages, oldest first. */
  async messages(accountId: number, conversationId: number): Promise<schemas.Message[]> {
    const path = `${account(accountId)}/conversations/${conversationId}/messages`;
    return (await this.get(`GET ${path}`, schemas.messageList)).payload;
  }

  /** Sends as the service user. Only agents see a private note. */
  createMessage(
    accountId: number,
    conversationId: number,
    { content, isPrivate = false }: { content: string; isPrivate?: boolean },
  ): Promise<schemas.Message> {
    const path = `${account(accountId)}/conversations/${conversationId}/messages`;
    const body = { content, message_type: "outgoing", private: isPrivate };
    return this.get(`POST ${path}`, schemas.message, { body });
  }

  /** Stores a file that belongs to no message. Chatwoot has no route to delete it. */
  upload(accountId: number, { bytes, contentType, fileName }: NewFile) {
    const form = new FormData();
    form.append("attachment", new Blob([Buffer.from(bytes)], { type: contentType }), fileName);
    return this.get(`POST ${account(accountId)}/upload`, schemas.upload, { body: form });
  }

  /** The users of the account, administrators too. */
  agents(accountId: number): Promise<schemas.Agent[]> {
    return this.get(`GET ${account(accountId)}/agents`, schemas.agentList);
  }

  /** Public API of an API channel: needs the inbox's identifier, no token. */
  createCustomer(inboxIdentifier: string, customer: { name: string; email?: string }) {
    return this.get(`POST ${customers(inboxIdentifier)}`, schemas.publicContact, { body: customer });
  }

  startConversation(inboxIdentifier: string, sourceId: string) {
    const path = `${customers(inboxIdentifier)}/${sourceId}/conversations`;
    return this.get(`POST ${path}`, schemas.publicConversation, { body: {} });
  }

  sendAsCustomer(inboxIdentifier: string, sourceId: string, conversationId: number, content: string) {
    const path = `${customers(inboxIdentifier)}/${sourceId}/conversations/${conversationId}/messages`;
    return this.get(`POST ${path}`, schemas.publicMessage, { body: { content } });
  }
}

function account(id: number): string {
  return `/api/v1/accounts/${id}`;
}

function customers(inboxIdentifier: string): string {
  return `/public/api/v1/inboxes/${encodeURIComponent(inboxIdentifier)}/contacts`;
}
