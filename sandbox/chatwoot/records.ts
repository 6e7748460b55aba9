import { refusals } from "./answers.ts";
import type { Asked, Upload } from "./request.ts";
import { textParam } from "./request.ts";
import type { World } from "./route.ts";
import {
  nextId,
  secureToken,
  uuid,
  type Contact,
  type ContactInbox,
  type Conversation,
  type ConversationStatus,
  type Inbox,
  type Message,
} from "./state.ts";
import { conversationPayload, messagePayload } from "./views.ts";

/* Chatwoot's builders and callbacks: create records and deliver webhooks. */

const longestMessage = 150_000;

function dispatch(world: World, accountId: number, inbox: Inbox | undefined, payload: Record<string, unknown>): void {
  const event = String(payload["event"]);
  for (const webhook of world.state.webhooks)
    if (webhook.accountId === accountId && webhook.subscriptions.includes(event))
      world.deliver(webhook.url, webhook.secret, payload);
  // A channel's own webhook gets every event, signed with the channel's secret, which no test needs.
  if (inbox?.channelType === "Channel::Api" && inbox.webhookUrl) world.deliver(inbox.webhookUrl, inbox.token, payload);
}

export function createContact(world: World, accountId: number, asked: Asked): Contact {
  const { state } = world;
  const email = textParam(asked, "email")?.trim().toLowerCase() || null;
  const identifier = textParam(asked, "identifier") || null;
  const phoneNumber = textParam(asked, "phone_number") || null;
  const mine = state.contacts.filter((each) => each.accountId === accountId);
  const problems: Record<string, string> = {};
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) problems["email"] = "Invalid email";
  else if (email !== null && mine.some((each) => each.email === email)) problems["email"] = "has already been taken";
  if (identifier !== null && mine.some((each) => each.identifier === identifier))
    problems["identifier"] = "has already been taken";
  if (phoneNumber !== null && !/^\+[1-9]\d{1,14}$/.test(phoneNumber))
    problems["phone_number"] = "should be in e164 format";
  if (Object.keys(problems).length > 0) throw refusals.invalid(problems);
  const contact: Contact = {
    id: nextId(state, "contact"),
    accountId,
    name: textParam(asked, "name") ?? "",
    email,
    phoneNumber,
    identifier,
    customAttributes: (asked.params["custom_attributes"] as Record<string, unknown> | undefined) ?? {},
  };
  state.contacts.push(contact);
  const account = state.accounts.find(({ id }) => id === accountId);
  dispatch(world, accountId, undefined, {
    event: "contact_created",
    id: contact.id,
    name: contact.name,
    email,
    account,
  });
  return contact;
}

export function createContactInbox(world: World, contact: Contact, inbox: Inbox, sourceId?: string): ContactInbox {
  if (inbox.channelType === "Channel::Email" && contact.email === null)
    throw refusals.unprocessable("invalid source id");
  const made: ContactInbox = {
    contactId: contact.id,
    inboxId: inbox.id,
    sourceId: sourceId ?? uuid(),
    pubsubToken: secureToken(),
  };
  world.state.contactInboxes.push(made);
  return made;
}

export function createConversation(
  world: World,
  { contactId, inboxId, sourceId }: ContactInbox,
  accountId: number,
  customAttributes: Record<string, unknown> = {},
): Conversation {
  const { state } = world;
  const now = Date.now();
  const conversation: Conversation = {
    displayId: nextId(state, `conversation of account ${accountId}`),
    uuid: uuid(),
    accountId,
    inboxId,
    contactId,
    sourceId,
    status: "open",
    customAttributes,
    createdAtMs: now,
    lastActivityAtMs: now,
  };
  state.conversations.push(conversation);
  const inbox = state.inboxes.find(({ id }) => id === inboxId);
  dispatch(world, accountId, inbox, { ...conversationPayload(world, conversation), event: "conversation_created" });
  return conversation;
}

export function changeStatus(world: World, conversation: Conversation, status: ConversationStatus): void {
  const previous = conversation.status;
  if (previous === status) return;
  conversation.status = status;
  const changed = { changed_attributes: [{ status: { previous_value: previous, current_value: status } }] };
  const inbox = world.state.inboxes.find(({ id }) => id === conversation.inboxId);
  const payload = { ...conversationPayload(world, conversation), ...changed };
  dispatch(world, conversation.accountId, inbox, { ...payload, event: "conversation_status_changed" });
  dispatch(world, conversation.accountId, inbox, { ...payload, event: "conversation_updated" });
}

export interface NewMessage {
  content: string | undefined;
  type: Message["type"];
  private: boolean;
  sender: Message["sender"];
  contentAttributes?: Record<string, unknown> | undefined;
  uploads: readonly Upload[];
}

export function createMessage(world: World, conversation: Conversation, message: NewMessage): Message {
  const { state } = world;
  const { content, uploads, contentAttributes = {} } = message;
  if ((content ?? "").length > longestMessage)
    throw refusals.unprocessable("Validation failed: Content is too long (maximum is 150000 characters)");
  const made: Message = {
    id: nextId(state, "message"),
    accountId: conversation.accountId,
    conversationId: conversation.displayId,
    content: content ?? null,
    type: message.type,
    private: message.private,
    contentAttributes,
    sender: message.sender,
    sourceId: null,
    createdAtMs: Date.now(),
    attachments: uploads.map((upload) => ({ id: nextId(state, "attachment"), signedId: secureToken(), ...upload })),
  };
  state.messages.push(made);
  conversation.lastActivityAtMs = made.createdAtMs;
  const inbox = state.inboxes.find(({ id }) => id === conversation.inboxId);
  const payload = messagePayload(world, made, conversation);
  // A new message of the customer reopens a resolved conversation.
  if (made.type === "incoming" && conversation.status === "resolved") changeStatus(world, conversation, "open");
  dispatch(world, conversation.accountId, inbox, { ...payload, event: "message_created" });
  return made;
}

export function removeConversations(world: World, which: (conversation: Conversation) => boolean): void {
  const { state } = world;
  const gone = state.conversations.filter(which);
  const isGone = (accountId: number, displayId: number): boolean =>
    gone.some((each) => each.accountId === accountId && each.displayId === displayId);
  state.conversations = state.conversations.filter((each) => !gone.includes(each));
  state.messages = state.messages.filter((each) => !isGone(each.accountId, each.conversationId));
}
