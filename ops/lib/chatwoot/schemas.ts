import { z } from "zod";

/* The fields of Chatwoot's answers that the commands read; other fields are ignored. */

export const profile = z.object({
  id: z.number(),
  name: z.string().nullish(),
  email: z.string(),
  /** Opens the user's websocket. */
  pubsub_token: z.string().nullish(),
  accounts: z.array(z.object({ id: z.number(), name: z.string(), role: z.string().nullish() })),
});

/** Features that the account has. */
export const account = z.object({ features: z.record(z.string(), z.boolean()) });

export const webhook = z.object({
  id: z.number(),
  url: z.string(),
  name: z.string().nullish(),
  account_id: z.number(),
  subscriptions: z.array(z.string()).nullable(),
  /** Returned to administrators since v4.11.2. */
  secret: z.string().nullish(),
});
export const webhookList = z.object({ payload: z.object({ webhooks: z.array(webhook) }) });
export const webhookAnswer = z.object({ payload: z.object({ webhook }) });

export const inbox = z.object({
  id: z.number(),
  name: z.string(),
  channel_type: z.string(),
  /** Identifier of an API channel in its public URLs. */
  inbox_identifier: z.string().nullish(),
  website_token: z.string().nullish(),
  enable_auto_assignment: z.boolean().nullish(),
});
export const inboxList = z.object({ payload: z.array(inbox) });

export const contact = z.object({ id: z.number(), name: z.string().nullish(), email: z.string().nullish() });
export const contactAnswer = z.object({
  payload: z.object({
    contact,
    /** Both are null for a contact that was created without an inbox. */
    contact_inbox: z.object({ source_id: z.string().nullish() }).nullish(),
  }),
});
export const contactDetails = z.object({
  payload: contact.extend({
    /** The address is stored only for visitors of a widget, in accounts with the feature `ip_lookup`. */
    additional_attributes: z.object({ created_at_ip: z.string().nullish() }).nullish(),
  }),
});
export const widgetConfig = z.object({ contact: z.object({ id: z.number() }) });
export const contactList = z.object({ payload: z.array(contact) });

/** `id` is the number shown to users, unique within the account. */
export const conversation = z.object({ id: z.number(), status: z.string(), inbox_id: z.number() });

export const message = z.object({
  id: z.number(),
  content: z.string().nullish(),
  /** 0 incoming, 1 outgoing, 2 activity, 3 template. */
  message_type: z.number(),
  private: z.boolean().default(false),
  content_attributes: z.record(z.string(), z.unknown()).nullish(),
  /** Unix seconds. */
  created_at: z.number(),
  sender: z.looseObject({ id: z.number(), type: z.string().optional(), name: z.string().nullish() }).nullish(),
});
export const upload = z.object({ file_url: z.string() });

export const agentList = z.array(z.object({ id: z.number(), email: z.string() }));
export const inboxMembers = z.object({ payload: agentList });

export const messageList = z.object({ payload: z.array(message) });

/** A customer of an API channel, identified by `source_id`. */
export const publicContact = z.object({ source_id: z.string(), pubsub_token: z.string() });
export const publicConversation = z.object({ id: z.number(), status: z.string().nullish() });
export const publicMessage = message.omit({ private: true });

export type Profile = z.output<typeof profile>;
export type Webhook = z.output<typeof webhook>;
export type Inbox = z.output<typeof inbox>;
export type Contact = z.output<typeof contact>;
export type Agent = z.output<typeof agentList>[number];
export type Message = z.output<typeof message>;
