import { z } from "zod";
import { deliveryUrl } from "./webhooks.ts";
import { email, text, whole } from "./words.ts";

/*
 * Inboxes that the bootstrap creates. Settings that are present are written at every deployment; omitted ones are never
 * changed, so that users can manage them in Chatwoot. An inbox is identified by its name in the stack file, even if it is
 * renamed in Chatwoot. A new name creates another inbox; the old one is kept with its conversations.
 */

const trueOrFalse = z.boolean("is not true or false. Write true or false");

/** Characters that every version of Chatwoot accepts. Some versions reject others, some remove them silently. */
const inboxName = text
  .regex(
    /^[\p{L}\p{N}]([\p{L}\p{N} '._-]*[\p{L}\p{N}])?$/u,
    "has characters that Chatwoot refuses in a name. Use letters, digits, spaces and ' . _ - between them",
  )
  .max(255, "is longer than 255 characters. Shorten it");

const common = {
  /** Name in Chatwoot. A new name creates another inbox; the old one is kept with its conversations. */
  name: inboxName,
  /** First reply in every new conversation. Default: not changed. */
  greeting: text.max(10_000, "is longer than 10000 characters. Shorten it").optional(),
  /** Name of the bot in agentBots that handles new conversations. If omitted, a bot of agentBots is detached from the inbox. */
  agentBot: text.optional(),
};

const identity = {
  /**
   * Whether contacts must prove their identity by an HMAC (`hmac_token` of the inbox). An API inbox then answers 500 to a
   * contact without a right `identifier_hash`. Chatwoot's default: false.
   */
  requireIdentity: trueOrFalse.optional(),
};

const website = z.strictObject({
  kind: z.literal("website"),
  ...common,
  ...identity,
  /** URL of the site with the widget. */
  websiteUrl: z.url({ protocol: /^https?$/, error: "is not a valid URL. Write it as https://host" }),
  /** Color of the widget. Chatwoot's default: #1f93ff. */
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'is not a valid color. Write it as "#1f93ff"')
    .optional(),
  /** Heading of the widget. */
  welcomeTitle: text.optional(),
  /** Text below the heading of the widget. */
  welcomeTagline: text.optional(),
});

const api = z.strictObject({
  kind: z.literal("api"),
  ...common,
  ...identity,
  /** URL that receives every message of this inbox, signed with the generated `webhookSecret`. */
  webhookUrl: deliveryUrl.optional(),
});

const imap = z.strictObject({
  /** Host name of the IMAP server. */
  address: text,
  /** Port of the IMAP server. Default: 993. */
  port: whole(1, 65535).default(993),
  /** User name at the IMAP server. */
  login: text,
  /** Name of the password in the secret inboxSecrets. */
  passwordSecret: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, "is not a valid secret name. Use capital letters, digits and underscores"),
  /** Whether the connection starts with TLS. Default: true. */
  tls: trueOrFalse.default(true),
});

const emailInbox = z.strictObject({
  kind: z.literal("email"),
  ...common,
  /** Mail address that customers write to. */
  address: email,
  /** Address in mail.inbound.domain to which its mail is forwarded. Default: a random address there. */
  forwardTo: email.optional(),
  /** IMAP server to fetch the mail from. If you remove it, Chatwoot fetches mail until you disable IMAP in Chatwoot. Default: mail is forwarded. */
  imap: imap.optional(),
});

/** Inboxes that the bootstrap creates, each identified by its name. */
export const inboxes = z.array(
  z.discriminatedUnion("kind", [website, api, emailInbox], "has an unknown value. Use website, api or email"),
  "is not a list. Write one",
);

export type InboxConfig = z.output<typeof inboxes>[number];
