import type { World } from "./route.ts";
import {
  messageTypes,
  type Contact,
  type Conversation,
  type Inbox,
  type Message,
  type User,
  type Webhook,
} from "./state.ts";

/* The JSON views of Chatwoot (`app/views/**.jbuilder`, `push_event_data`, `webhook_data`), limited to the fields in use. */

const seconds = (ms: number): number => Math.floor(ms / 1000);

export function webhookView({ state }: World, { id, name, url, accountId, subscriptions, secret, inboxId }: Webhook) {
  const inbox = state.inboxes.find((each) => each.id === inboxId);
  return {
    id,
    name,
    url,
    account_id: accountId,
    subscriptions,
    secret,
    ...(inbox === undefined ? {} : { inbox: { id: inbox.id, name: inbox.name } }),
  };
}

export function profileView({ state }: World, user: User) {
  const accounts = state.accounts.filter(({ id }) => user.accounts[id] !== undefined);
  return {
    access_token: user.accessToken,
    account_id: accounts[0]?.id ?? null,
    available_name: user.name,
    avatar_url: "",
    confirmed: true,
    display_name: null,
    email: user.email,
    id: user.id,
    name: user.name,
    provider: "email",
    pubsub_token: `pubsub-${user.id}`,
    role: accounts[0] === undefined ? null : user.accounts[accounts[0].id],
    uid: user.email,
    type: user.type,
    accounts: accounts.map(({ id, name }) => ({
      id,
      name,
      status: "active",
      role: user.accounts[id],
      permissions: [user.accounts[id]],
      availability: "online",
    })),
  };
}

export function inboxView(inbox: Inbox) {
  const { id, name, channelType, token, webhookUrl, websiteUrl, email } = inbox;
  return {
    id,
    channel_id: id,
    name,
    channel_type: channelType,
    greeting_enabled: false,
    enable_auto_assignment: true,
    ...(channelType === "Channel::Api" ? { inbox_identifier: token, webhook_url: webhookUrl } : {}),
    ...(channelType === "Channel::WebWidget" ? { website_token: token, website_url: websiteUrl } : {}),
    ...(channelType === "Channel::Email" ? { email, forward_to_email: `${token}@` } : {}),
  };
}

export function contactView({ id, name, email, phoneNumber, identifier, customAttributes }: Contact) {
  return { id, name, email, phone_number: phoneNumber, identifier, custom_attributes: customAttributes };
}

function senderView({ state }: World, sender: Message["sender"]) {
  if (sender?.type === "contact") {
    const contact = state.contacts.find(({ id }) => id === sender.id);
    return contact === undefined ? undefined : { ...contactView(contact), type: "contact" };
  }
  const user = state.users.find(({ id }) => id === sender?.id);
  return user === undefined ? undefined : { id: user.id, name: user.name, available_name: user.name, type: "user" };
}

function attachmentViews({ url }: World, message: Message) {
  return message.attachments.map(({ id, signedId, fileName, contentType, bytes }) => ({
    id,
    message_id: message.id,
    file_type: /^(image|audio|video)\//.exec(contentType)?.[1] ?? "file",
    account_id: message.accountId,
    extension: null,
    data_url: `${url()}/rails/active_storage/blobs/redirect/${signedId}/${encodeURIComponent(fileName)}`,
    thumb_url: "",
    file_size: bytes.length,
  }));
}

export function messageView(world: World, message: Message) {
  const conversation = world.state.conversations.find(({ displayId }) => displayId === message.conversationId);
  const attachments = attachmentViews(world, message);
  return {
    id: message.id,
    content: message.content,
    inbox_id: conversation?.inboxId,
    conversation_id: message.conversationId,
    message_type: messageTypes.indexOf(message.type),
    content_type: "text",
    status: "sent",
    content_attributes: message.contentAttributes,
    created_at: seconds(message.createdAtMs),
    private: message.private,
    source_id: message.sourceId,
    sender: senderView(world, message.sender),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

export function messagesOf({ state }: World, { displayId, accountId }: Conversation): Message[] {
  return state.messages.filter((each) => each.conversationId === displayId && each.accountId === accountId);
}

export function conversationView(world: World, conversation: Conversation) {
  const { displayId, uuid, accountId, inboxId, contactId, status, customAttributes, createdAtMs, lastActivityAtMs } =
    conversation;
  const contact = world.state.contacts.find(({ id }) => id === contactId);
  const inbox = world.state.inboxes.find(({ id }) => id === inboxId);
  const last = messagesOf(world, conversation).at(-1);
  return {
    meta: { sender: contact && contactView(contact), channel: inbox?.channelType, hmac_verified: false },
    id: displayId,
    uuid,
    messages: last === undefined ? [] : [messageView(world, last)],
    account_id: accountId,
    additional_attributes: {},
    custom_attributes: customAttributes,
    inbox_id: inboxId,
    labels: [],
    status,
    created_at: seconds(createdAtMs),
    timestamp: seconds(lastActivityAtMs),
    last_activity_at: seconds(lastActivityAtMs),
    unread_count: 0,
  };
}

/** The payload of `message_created`: unlike in the API, the type is a word and the time a date. */
export function messagePayload(world: World, message: Message, conversation: Conversation) {
  const { state } = world;
  const inbox = state.inboxes.find(({ id }) => id === conversation.inboxId);
  const account = state.accounts.find(({ id }) => id === message.accountId);
  const { attachments } = messageView(world, message);
  return {
    account: { id: account?.id, name: account?.name },
    additional_attributes: {},
    content_attributes: message.contentAttributes,
    content_type: "text",
    content: message.content,
    conversation: conversationPayload(world, conversation),
    created_at: new Date(message.createdAtMs).toISOString(),
    id: message.id,
    inbox: { id: inbox?.id, name: inbox?.name },
    message_type: message.type,
    private: message.private,
    sender: senderView(world, message.sender),
    source_id: message.sourceId,
    ...(attachments === undefined ? {} : { attachments }),
  };
}

export function conversationPayload(world: World, conversation: Conversation) {
  const { meta, ...rest } = conversationView(world, conversation);
  const { sourceId, contactId, inboxId } = conversation;
  return {
    ...rest,
    channel: meta.channel,
    can_reply: true,
    contact_inbox: { source_id: sourceId, contact_id: contactId, inbox_id: inboxId },
    meta: { sender: meta.sender, assignee: null, team: null, hmac_verified: false },
  };
}
