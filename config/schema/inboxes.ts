import { z } from "zod";
import { deliveryUrl } from "./webhooks.ts";
import { email, text, whole } from "./words.ts";

/*
 * Inboxes that the bootstrap makes. What is left out belongs to people and is never touched; what is named is written at
 * every deploy. An inbox is known by its name here, whatever people call it in Chatwoot: another name is another inbox,
 * and the old one stays with its conversations.
 */

const trueOrFalse = z.boolean("is not true or false. Write true or false");

/** Chatwoot's versions agree on these characters; others are refused by some and silently removed by others. */
const inboxName = text
  .regex(
    /^[\p{L}\p{N}]([\p{L}\p{N} '._-]*[\p{L}\p{N}])?$/u,
    "has characters that Chatwoot refuses in a name. Use letters, digits, spaces and ' . _ - between them",
  )
  .max(255, "is longer than 255 characters. Shorten it");

const common = {
  /** As people see it in Chatwoot. */
  name: inboxName,
  /** First answer to every new conversation. */
  greeting: text.max(10_000, "is longer than 10000 characters. Shorten it").optional(),
  /** Name of the bot in agentBots that talks first. Left out, a bot of agentBots is taken off. */
  agentBot: text.optional(),
};

const identity = {
  /** Whether contacts must prove who they are by an HMAC (`hmac_token` of the inbox). Chatwoot's default is false. */
  requireIdentity: trueOrFalse.optional(),
};

const website = z.strictObject({
  kind: z.literal("website"),
  ...common,
  ...identity,
  /** Where the widget is shown. */
  websiteUrl: z.url({ protocol: /^https?$/, error: "is not an address. Write it as https://host" }),
  /** Of the widget. Chatwoot's default is #1f93ff. */
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'is not a colour. Write it as "#1f93ff"')
    .optional(),
  /** Heading of the widget. */
  welcomeTitle: text.optional(),
  /** Line below the heading. */
  welcomeTagline: text.optional(),
});

const api = z.strictObject({
  kind: z.literal("api"),
  ...common,
  ...identity,
  /** Gets every message of this inbox, signed with the generated `webhookSecret`. */
  webhookUrl: deliveryUrl.optional(),
});

const imap = z.strictObject({
  /** Host name of the IMAP server. */
  address: text,
  /** Port of the IMAP server. Default 993. */
  port: whole(1, 65535).default(993),
  /** Who signs in at the server. */
  login: text,
  /** Name of its password in the secret inboxSecrets. */
  passwordSecret: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, "is not the name of a secret. Use capital letters, digits and underscores"),
  /** Whether the connection is TLS from its beginning. Default true. */
  tls: trueOrFalse.default(true),
});

const emailInbox = z.strictObject({
  kind: z.literal("email"),
  ...common,
  /** The address that customers write to. */
  address: email,
  /** The address that mail to it is forwarded to, in mail.inbound.domain. Default a random one there. */
  forwardTo: email.optional(),
  /** Fetches the mail instead of having it forwarded. Left out later, it goes on until a person ends it in Chatwoot. */
  imap: imap.optional(),
});

/** Inboxes that the bootstrap makes, each known by its name. */
export const inboxes = z.array(
  z.discriminatedUnion("kind", [website, api, emailInbox], "is not known. Use website, api or email"),
  "is not a list. Write one",
);

export type InboxConfig = z.output<typeof inboxes>[number];
