import { refusals } from "./answers.ts";
import { roomsOf } from "./room.ts";
import { remoteIp } from "./client-address.ts";
import { dispatch, dispatchToAccount, type Failures } from "./events.ts";
import { contactPayload, conversationPayload, messagePayload } from "./payloads.ts";
import type { Asked, Upload } from "./request.ts";
import { textParam } from "./request.ts";
import type { World } from "./route.ts";
import { messageView } from "./views.ts";
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

/* Chatwoot's builders and callbacks: create records and deliver webhooks. */

const longestMessage = 150_000;

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
  return addContact(world, accountId, {
    name: textParam(asked, "name") ?? "",
    email,
    phoneNumber,
    identifier,
    customAttributes: (asked.params["custom_attributes"] as Record<string, unknown> | undefined) ?? {},
  });
}

/** A visitor of a widget becomes a contact, with the address only where the account has the feature `ip_lookup`. */
export function createVisitor(world: World, inbox: Inbox, asked: Asked): ContactInbox {
  const { features } = world.state.accounts.find(({ id }) => id === inbox.accountId) ?? {};
  const additionalAttributes = features?.includes("ip_lookup") ? { created_at_ip: remoteIp(asked) } : {};
  const name = `visitor-${world.state.contacts.length + 1}`;
  return createContactInbox(world, addContact(world, inbox.accountId, { name, additionalAttributes }), inbox);
}

function addContact(world: World, accountId: number, fields: Partial<Contact> & { name: string }): Contact {
  const contact: Contact = {
    id: nextId(world.state, "contact"),
    accountId,
    email: null,
    phoneNumber: null,
    identifier: null,
    customAttributes: {},
    additionalAttributes: {},
    createdAtMs: Date.now(),
    lastActivityAtMs: null,
    ...fields,
  };
  world.state.contacts.push(contact);
  dispatchToAccount(world, accountId, { ...contactPayload(world, contact), event: "contact_created" });
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
    // A bot talks to the customer first.
    status: state.inboxes.find(({ id }) => id === inboxId)?.bot ? "pending" : "open",
    customAttributes,
    createdAtMs: now,
    lastActivityAtMs: now,
    waitingSinceMs: now,
    firstReplyAtMs: null,
  };
  state.conversations.push(conversation);
  dispatch(world, conversation, { ...conversationPayload(world, conversation), event: "conversation_created" });
  return conversation;
}

const activities: Record<ConversationStatus, string> = {
  open: "was reopened",
  resolved: "was marked resolved",
  pending: "was marked as pending",
  snoozed: "was snoozed",
};

/** `by` is the name of a user or contact. */
export function changeStatus(world: World, conversation: Conversation, status: ConversationStatus, by: string): void {
  const previous = conversation.status;
  if (previous === status) return;
  conversation.status = status;
  const changes = [{ status: { previous_value: previous, current_value: status } }];
  const payload = { ...conversationPayload(world, conversation), changed_attributes: changes };
  if (status === "open" || status === "resolved")
    dispatch(world, conversation, {
      ...payload,
      event: status === "open" ? "conversation_opened" : "conversation_resolved",
    });
  dispatch(world, conversation, { ...payload, event: "conversation_status_changed" });
  dispatch(world, conversation, { ...payload, event: "conversation_updated" });
  world.later(() => addActivity(world, conversation, `Conversation ${activities[status]} by ${by}`, status));
}

/** Activities are not sent to webhooks. */
function addActivity({ state }: World, conversation: Conversation, content: string, status?: ConversationStatus): void {
  if (!state.conversations.includes(conversation)) return;
  const activity = { type: "conversation_status_changed", status };
  state.messages.push({
    id: nextId(state, "message"),
    accountId: conversation.accountId,
    conversationId: conversation.displayId,
    content,
    type: "activity",
    private: false,
    contentAttributes: status === undefined ? {} : { activity },
    status: "sent",
    sender: null,
    sourceId: null,
    createdAtMs: Date.now(),
    attachments: [],
  });
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
    status: "sent",
    sender: message.sender,
    sourceId: null,
    createdAtMs: Date.now(),
    attachments: uploads.map((upload) => ({ id: nextId(state, "attachment"), signedId: secureToken(), ...upload })),
  };
  state.messages.push(made);
  conversation.lastActivityAtMs = made.createdAtMs;
  // A new message of the customer reopens a resolved conversation.
  if (made.type === "incoming" && conversation.status === "resolved")
    changeStatus(world, conversation, "open", "system due to a new incoming message");
  if (made.sender?.type === "contact") noteActivity(world, made.sender.id, made.createdAtMs);
  const payload = { ...messagePayload(world, made, conversation), event: "message_created" };
  dispatch(world, conversation, payload, failuresOf(world, conversation, made));
  world.broadcast(roomsOf(state, conversation, made), "message.created", messageView(world, made));
  noteWaiting(world, conversation, made);
  if (uploads.length > 0) world.later(() => sendReply(world, made), world.replyDelayMs);
  return made;
}

/** An API channel whose webhook fails marks the message. A bot that fails hands a pending conversation to the agents. */
function failuresOf(world: World, conversation: Conversation, message: Message): Failures {
  return {
    ofInbox(error) {
      if (message.status === "failed") return;
      const contentAttributes = { ...message.contentAttributes, external_error: error };
      updateMessage(world, conversation, message, { status: "failed", contentAttributes });
    },
    ofBot() {
      if (conversation.status !== "pending") return;
      changeStatus(world, conversation, "open", "System");
      const content = "Conversation was marked open by system due to an error with the agent bot.";
      world.later(() => addActivity(world, conversation, content));
    },
  };
}

export function updateMessage(
  world: World,
  conversation: Conversation,
  message: Message,
  changes: Partial<Message>,
): void {
  Object.assign(message, changes);
  const payload = { ...messagePayload(world, message, conversation), event: "message_updated" };
  dispatch(world, conversation, payload, failuresOf(world, conversation, message));
}

function noteActivity(world: World, contactId: number, nowMs: number): void {
  const contact = world.state.contacts.find(({ id }) => id === contactId);
  if (contact === undefined) return;
  const change = { previous_value: contact.lastActivityAtMs, current_value: nowMs };
  contact.lastActivityAtMs = nowMs;
  const payload = { ...contactPayload(world, contact), changed_attributes: [{ last_activity_at: change }] };
  dispatchToAccount(world, contact.accountId, { ...payload, event: "contact_updated" });
}

/** A customer waits from a message to its public answer. Each change is an update of the conversation. */
function noteWaiting(world: World, conversation: Conversation, message: Message): void {
  const previous = conversation.waitingSinceMs;
  if (message.type === "incoming") conversation.waitingSinceMs ??= message.createdAtMs;
  else if (!message.private) {
    conversation.waitingSinceMs = null;
    conversation.firstReplyAtMs ??= message.createdAtMs;
  }
  if (conversation.waitingSinceMs === previous) return;
  const change = { previous_value: previous, current_value: conversation.waitingSinceMs };
  const payload = { ...conversationPayload(world, conversation), changed_attributes: [{ waiting_since: change }] };
  dispatch(world, conversation, { ...payload, event: "conversation_updated" });
}

/** `SendReplyJob`, delayed for messages with files: dies after its last attempt if the message is gone. */
function sendReply({ state }: World, message: Message): void {
  if (!state.messages.includes(message)) state.deadJobs.push("SendReplyJob");
}

export function removeConversations(world: World, which: (conversation: Conversation) => boolean): void {
  const { state } = world;
  const gone = state.conversations.filter(which);
  const isGone = (accountId: number, displayId: number): boolean =>
    gone.some((each) => each.accountId === accountId && each.displayId === displayId);
  state.conversations = state.conversations.filter((each) => !gone.includes(each));
  state.messages = state.messages.filter((each) => !isGone(each.accountId, each.conversationId));
}
