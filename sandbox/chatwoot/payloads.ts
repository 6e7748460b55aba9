import type { World } from "./route.ts";
import type { Contact, Conversation, Message } from "./state.ts";
import { contactEventView, conversationView, messageView } from "./views.ts";

/* The payloads of webhooks (`webhook_data`). */

/** Unlike in the API, the type is a word and the time a date. */
export function messagePayload(world: World, message: Message, conversation: Conversation) {
  const { state } = world;
  const inbox = state.inboxes.find(({ id }) => id === conversation.inboxId);
  const { attachments, sender } = messageView(world, message);
  return {
    account: accountPayload(world, message.accountId),
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
    sender,
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

export function contactPayload(world: World, contact: Contact) {
  const { type: _type, ...shared } = contactEventView(contact);
  return { account: accountPayload(world, contact.accountId), avatar: "", ...shared };
}

function accountPayload({ state }: World, accountId: number) {
  const account = state.accounts.find(({ id }) => id === accountId);
  return { id: account?.id, name: account?.name };
}
