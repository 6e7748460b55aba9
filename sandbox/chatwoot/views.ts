import { accountFeatures, emailFields, inboxFields, inboxSettings, widgetFields } from "./defaults.ts";
import type { World } from "./route.ts";
import {
  messageTypes,
  type Contact,
  type Conversation,
  type Inbox,
  type Message,
  type State,
  type User,
  type Webhook,
} from "./state.ts";

/* The JSON views of Chatwoot's API (`app/views/api/**.jbuilder`). */

const seconds = (ms: number): number => Math.floor(ms / 1000);
const date = (ms: number): string => new Date(ms).toISOString();

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
    message_signature: null,
    email: user.email,
    id: user.id,
    inviter_id: null,
    name: user.name,
    provider: "email",
    pubsub_token: pubsubToken(user),
    role: accounts[0] === undefined ? null : user.accounts[accounts[0].id],
    ui_settings: {},
    uid: user.email,
    type: user.type,
    accounts: accounts.map(({ id, name }) => ({
      id,
      name,
      status: "active",
      onboarding_step: null,
      active_at: null,
      role: user.accounts[id],
      permissions: [user.accounts[id]],
      availability: "online",
      availability_status: "offline",
      auto_offline: true,
      api_and_webhooks: true,
      custom_role_id: null,
      custom_role: null,
    })),
  };
}

export const pubsubToken = ({ id }: User): string => `pubsub-${id}`;

export function accountView({ id, name, features = [] }: State["accounts"][number]) {
  return {
    settings: {},
    created_at: date(0),
    domain: null,
    features: { ...accountFeatures, ...Object.fromEntries(features.map((each) => [each, true])) },
    id,
    locale: "en",
    name,
    support_email: `${name} <accounts@example.com>`,
    status: "active",
    cache_keys: { label: "0000000000", inbox: "0000000000", team: "0000000000" },
    latest_chatwoot_version: null,
    subscribed_features: [],
  };
}

export function agentView(accountId: number, { id, name, email, accounts }: User) {
  return {
    id,
    account_id: accountId,
    availability_status: "offline",
    auto_offline: true,
    confirmed: true,
    email,
    provider: "email",
    available_name: name,
    name,
    role: accounts[accountId],
    thumbnail: "",
    custom_role_id: null,
  };
}

export function inboxView({ url }: World, inbox: Inbox) {
  const { id, name, channelType, token, webhookUrl, websiteUrl, email, secret, hmacToken, requireIdentity } = inbox;
  const fields = { id, channel_id: id, name, channel_type: channelType, ...inboxSettings, ...inboxFields };
  const identity = { hmac_mandatory: requireIdentity, hmac_token: hmacToken };
  switch (channelType) {
    case "Channel::Api":
      return {
        ...fields,
        ...identity,
        secret,
        webhook_url: webhookUrl,
        inbox_identifier: token,
        additional_attributes: {},
      };
    case "Channel::WebWidget":
      return {
        ...fields,
        ...widgetFields,
        ...identity,
        website_url: websiteUrl,
        website_token: token,
        web_widget_script: `<script>BASE_URL="${url()}"; websiteToken: '${token}'</script>`,
      };
    case "Channel::Email":
      return { ...fields, ...emailFields, email, forward_to_email: `${token}@` };
  }
}

/** The whole record, as ActiveRecord prints it. */
export function inboxRecord({ id, accountId, name, channelType, createdAtMs }: Inbox) {
  return {
    id,
    channel_id: id,
    account_id: accountId,
    name,
    created_at: date(createdAtMs),
    updated_at: date(createdAtMs),
    channel_type: channelType,
    ...inboxSettings,
    email_address: null,
    portal_id: null,
  };
}

function contactView(contact: Contact) {
  const { id, name, email, phoneNumber, identifier, customAttributes, createdAtMs } = contact;
  return {
    additional_attributes: contact.additionalAttributes,
    availability_status: "offline",
    email,
    id,
    name,
    phone_number: phoneNumber,
    blocked: false,
    identifier,
    thumbnail: "",
    custom_attributes: customAttributes,
    created_at: seconds(createdAtMs),
  };
}

/** With the inboxes that the contact is connected to. */
export function contactWithInboxes({ state }: World, contact: Contact) {
  const connected = state.contactInboxes
    .filter(({ contactId }) => contactId === contact.id)
    .map(({ sourceId, inboxId }) => {
      const inbox = state.inboxes.find(({ id }) => id === inboxId);
      const { id, name, channelType } = inbox as Inbox;
      return {
        source_id: sourceId,
        inbox: { id, avatar_url: "", channel_id: id, name, channel_type: channelType, provider: null },
      };
    });
  return { ...contactView(contact), contact_inboxes: connected };
}

/** `push_event_data`. */
export function contactEventView(contact: Contact) {
  const { id, name, email, phoneNumber, identifier, customAttributes } = contact;
  return {
    additional_attributes: contact.additionalAttributes,
    custom_attributes: customAttributes,
    email,
    id,
    identifier,
    name,
    phone_number: phoneNumber,
    thumbnail: "",
    blocked: false,
    type: "contact",
  };
}

/** The whole record, as ActiveRecord prints it. */
function contactRecord(contact: Contact) {
  const { id, accountId, name, email, phoneNumber, identifier, customAttributes, createdAtMs, lastActivityAtMs } =
    contact;
  return {
    id,
    name,
    email,
    phone_number: phoneNumber,
    account_id: accountId,
    created_at: date(createdAtMs),
    updated_at: date(lastActivityAtMs ?? createdAtMs),
    additional_attributes: contact.additionalAttributes,
    identifier,
    custom_attributes: customAttributes,
    last_activity_at: lastActivityAtMs === null ? null : date(lastActivityAtMs),
    contact_type: "visitor",
    middle_name: "",
    last_name: "",
    location: null,
    country_code: null,
    blocked: false,
    company_id: null,
    label_list: [],
  };
}

function senderView({ state }: World, sender: Message["sender"]) {
  if (sender?.type === "contact") {
    const contact = state.contacts.find(({ id }) => id === sender.id);
    return contact && contactEventView(contact);
  }
  const user = state.users.find(({ id }) => id === sender?.id);
  if (user === undefined) return undefined;
  const { id, name } = user;
  return {
    id,
    name,
    available_name: name,
    avatar_url: "",
    type: "user",
    availability_status: "offline",
    thumbnail: "",
  };
}

function attachmentViews({ url }: World, message: Message) {
  return message.attachments.map(({ id, signedId, fileName, contentType, bytes }) => ({
    id,
    message_id: message.id,
    file_type: /^(image|audio|video)\//.exec(contentType)?.[1] ?? "file",
    account_id: message.accountId,
    extension: /\.(\w+)$/.exec(fileName)?.[1] ?? null,
    content_type: contentType,
    data_url: blobUrl(url(), signedId, fileName),
    thumb_url: "",
    file_size: bytes.length,
    width: null,
    height: null,
  }));
}

export function blobUrl(base: string, signedId: string, fileName: string): string {
  return `${base}/rails/active_storage/blobs/redirect/${signedId}/${encodeURIComponent(fileName)}`;
}

/** A message as customers see it. */
export function publicMessageView(world: World, message: Message) {
  const attachments = attachmentViews(world, message);
  return {
    id: message.id,
    content: message.content,
    message_type: messageTypes.indexOf(message.type),
    content_type: "text",
    content_attributes: message.contentAttributes,
    created_at: seconds(message.createdAtMs),
    conversation_id: message.conversationId,
    sender: senderView(world, message.sender),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

export function messageView(world: World, message: Message) {
  const conversation = world.state.conversations.find(({ displayId }) => displayId === message.conversationId);
  return {
    ...publicMessageView(world, message),
    inbox_id: conversation?.inboxId,
    status: message.status,
    private: message.private,
    source_id: message.sourceId,
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
  const messages = messagesOf(world, conversation);
  const last = messages.at(-1);
  const lastSaid = messages.findLast(({ type }) => type !== "activity");
  return {
    meta: { sender: contact && contactView(contact), channel: inbox?.channelType, hmac_verified: false },
    id: displayId,
    messages: last === undefined ? [] : [messageView(world, last)],
    account_id: accountId,
    uuid,
    additional_attributes: {},
    agent_last_seen_at: 0,
    assignee_last_seen_at: 0,
    can_reply: true,
    contact_last_seen_at: 0,
    custom_attributes: customAttributes,
    inbox_id: inboxId,
    labels: [],
    muted: false,
    snoozed_until: null,
    status,
    created_at: seconds(createdAtMs),
    updated_at: lastActivityAtMs / 1000,
    timestamp: seconds(lastActivityAtMs),
    first_reply_created_at: seconds(conversation.firstReplyAtMs ?? 0),
    unread_count: 0,
    last_non_activity_message: lastSaid === undefined ? null : messageView(world, lastSaid),
    last_activity_at: seconds(lastActivityAtMs),
    priority: null,
    waiting_since: seconds(conversation.waitingSinceMs ?? 0),
    sla_policy_id: null,
  };
}

/** A conversation as its customer sees it. Private notes and activities are hidden. */
export function publicConversationView(world: World, conversation: Conversation) {
  const { displayId, uuid, inboxId, status, contactId } = conversation;
  const contact = world.state.contacts.find(({ id }) => id === contactId);
  return {
    id: displayId,
    uuid,
    inbox_id: inboxId,
    contact_last_seen_at: 0,
    status,
    agent_last_seen_at: 0,
    messages: visibleMessages(world, conversation),
    contact: contact && contactRecord(contact),
  };
}

export function visibleMessages(world: World, conversation: Conversation) {
  return messagesOf(world, conversation)
    .filter((each) => !each.private && each.type !== "activity")
    .map((each) => publicMessageView(world, each));
}
