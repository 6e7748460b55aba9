import { randomBytes, randomUUID } from "node:crypto";

/*
 * The stand-in's records, in Chatwoot's terms. Ids count up per kind; a conversation also has a number within its
 * account, as Chatwoot's `display_id`.
 */

export type Role = "administrator" | "agent";

export interface User {
  id: number;
  name: string;
  email: string;
  password: string;
  type: "SuperAdmin" | null;
  accessToken: string;
  /** Roles by account id. */
  accounts: Record<number, Role>;
}

export interface Webhook {
  id: number;
  accountId: number;
  name: string | null;
  url: string;
  inboxId: number | null;
  subscriptions: string[];
  secret: string;
}

export type ChannelType = "Channel::Api" | "Channel::WebWidget" | "Channel::Email";

export interface Inbox {
  id: number;
  accountId: number;
  name: string;
  channelType: ChannelType;
  /** An API channel's identifier, a widget's website token. */
  token: string;
  webhookUrl: string | null;
  websiteUrl: string | null;
  email: string | null;
  /** Signs the deliveries of an API channel. */
  secret: string;
  /** Signs a contact's identifier (`identifier_hash`). */
  hmacToken: string;
  /** Whether the public API requires an `identifier_hash` (`hmac_mandatory`). */
  requireIdentity: boolean;
  /** An agent bot, to which the inbox's events are delivered too. */
  bot: { url: string; secret: string } | null;
  /** Ids of the users who answer here. */
  members: number[];
  createdAtMs: number;
}

export interface Contact {
  id: number;
  accountId: number;
  name: string;
  email: string | null;
  phoneNumber: string | null;
  identifier: string | null;
  customAttributes: Record<string, unknown>;
  additionalAttributes: Record<string, unknown>;
  createdAtMs: number;
  lastActivityAtMs: number | null;
}

export interface ContactInbox {
  contactId: number;
  inboxId: number;
  sourceId: string;
  pubsubToken: string;
}

export const conversationStatuses = ["open", "resolved", "pending", "snoozed"] as const;
export type ConversationStatus = (typeof conversationStatuses)[number];

export interface Conversation {
  displayId: number;
  uuid: string;
  accountId: number;
  inboxId: number;
  contactId: number;
  sourceId: string;
  status: ConversationStatus;
  customAttributes: Record<string, unknown>;
  createdAtMs: number;
  lastActivityAtMs: number;
  /** Since when the customer waits for an answer. */
  waitingSinceMs: number | null;
  firstReplyAtMs: number | null;
}

export const messageTypes = ["incoming", "outgoing", "activity", "template"] as const;
export type MessageType = (typeof messageTypes)[number];

export interface Message {
  id: number;
  accountId: number;
  conversationId: number;
  content: string | null;
  type: MessageType;
  private: boolean;
  contentAttributes: Record<string, unknown>;
  status: "sent" | "failed";
  sender: { type: "user" | "contact"; id: number } | null;
  sourceId: string | null;
  createdAtMs: number;
  attachments: Attachment[];
}

/** A stored file. */
export interface Upload {
  /** The blob's id, as it appears in its address. */
  signedId: string;
  fileName: string;
  contentType: string;
  bytes: Buffer;
}

export interface Attachment extends Upload {
  id: number;
}

export interface Delivery {
  id: string;
  url: string;
  event: string;
  /** The receiver's status code; undefined without a response. */
  status: number | undefined;
  /** The error as Chatwoot logs it: `Exception: Invalid webhook URL ...`. */
  error: string | undefined;
  durationMs: number;
}

export interface Mail {
  to: string;
  subject: string;
}

export interface State {
  version: string;
  accounts: {
    id: number;
    name: string;
    /** Features in addition to those of a new account. */
    features?: readonly string[];
  }[];
  users: User[];
  webhooks: Webhook[];
  inboxes: Inbox[];
  contacts: Contact[];
  contactInboxes: ContactInbox[];
  conversations: Conversation[];
  messages: Message[];
  mails: Mail[];
  /** Class names of dead Sidekiq jobs. */
  deadJobs: string[];
  /** Files that were uploaded without a message. */
  uploads: Upload[];
  /** Successful and failed deliveries, oldest first. */
  deliveries: Delivery[];
  /** `ENABLE_ACCOUNT_SIGNUP`. */
  signupOpen: boolean;
  /** Whether Redis has the key that lets the first visitor become super admin. */
  onboardingOpen: boolean;
  services: { postgres: "ok" | "failing"; redis: "ok" | "failing" | "loading" };
  lastIds: Record<string, number>;
}

export function emptyState(version = "4.16.2"): State {
  return {
    version,
    accounts: [],
    users: [],
    webhooks: [],
    inboxes: [],
    contacts: [],
    contactInboxes: [],
    conversations: [],
    messages: [],
    mails: [],
    deadJobs: [],
    uploads: [],
    deliveries: [],
    signupOpen: false,
    onboardingOpen: false,
    services: { postgres: "ok", redis: "ok" },
    lastIds: {},
  };
}

export function nextId(state: State, kind: string): number {
  return (state.lastIds[kind] = (state.lastIds[kind] ?? 0) + 1);
}

/** In the format of `has_secure_token`. */
export function secureToken(): string {
  return randomBytes(18).toString("base64url").replaceAll(/[-_]/g, "x");
}

export { randomUUID as uuid };
