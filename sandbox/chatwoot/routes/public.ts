import { createHmac } from "node:crypto";
import { json, Unhandled } from "../answers.ts";
import { changeStatus, createContact, createContactInbox, createConversation, createMessage } from "../records.ts";
import { objectParam, textParam, type Asked } from "../request.ts";
import { route, type World } from "../route.ts";
import type { Contact, ContactInbox, Conversation, Inbox } from "../state.ts";
import { publicConversationView, publicMessageView, visibleMessages } from "../views.ts";

/* Routes for a customer's client of an API channel: the inbox's identifier and the contact's source id replace a token. */

const contacts = "/public/api/v1/inboxes/:inbox/contacts";
const conversations = `${contacts}/:source/conversations`;
type Ids = Readonly<Record<string, string>>;

export const publicRoutes = [
  route(`POST ${contacts}`, (world, asked, ids) => {
    const inbox = inboxOf(world, ids);
    requireIdentity(inbox, asked);
    const email = textParam(asked, "email");
    const known = world.state.contacts.find(
      (each) => each.accountId === inbox.accountId && email !== undefined && each.email === email.toLowerCase(),
    );
    const contact = known ?? createContact(world, inbox.accountId, asked);
    return json(contactOf(contact, createContactInbox(world, contact, inbox, textParam(asked, "source_id"))));
  }),
  route(`GET ${contacts}/:source`, (world, _, ids) => {
    const { contact, contactInbox } = customer(world, ids);
    return json(contactOf(contact, contactInbox));
  }),
  route(`GET ${conversations}`, (world, _, ids) => {
    const { contactInbox } = customer(world, ids);
    const own = world.state.conversations.filter(({ sourceId }) => sourceId === contactInbox.sourceId);
    return json(own.map((each) => publicConversationView(world, each)));
  }),
  route(`POST ${conversations}`, (world, asked, ids) => {
    const { inbox, contactInbox } = customer(world, ids);
    const attributes = objectParam(asked, "custom_attributes");
    return json(publicConversationView(world, createConversation(world, contactInbox, inbox.accountId, attributes)));
  }),
  route(`GET ${conversations}/:id`, (world, _, ids) => json(publicConversationView(world, own(world, ids)))),
  route(`POST ${conversations}/:id/toggle_status`, (world, _, ids) => {
    const conversation = own(world, ids);
    const contact = world.state.contacts.find(({ id }) => id === conversation.contactId);
    changeStatus(world, conversation, "resolved", contact?.name ?? "");
    return json(publicConversationView(world, conversation));
  }),
  route(`GET ${conversations}/:id/messages`, (world, _, ids) => json(visibleMessages(world, own(world, ids)))),
  route(`POST ${conversations}/:id/messages`, (world, asked, ids) => {
    const conversation = own(world, ids);
    const message = createMessage(world, conversation, {
      content: textParam(asked, "content"),
      type: "incoming",
      private: false,
      sender: { type: "contact", id: conversation.contactId },
      uploads: asked.uploads,
    });
    return json(publicMessageView(world, message));
  }),
];

/** Chatwoot does not handle the exception of a wrong or missing `identifier_hash`. */
function requireIdentity({ requireIdentity: isRequired, hmacToken }: Inbox, asked: Asked): void {
  const hash = textParam(asked, "identifier_hash");
  if (!hash && !isRequired) return;
  const expected = createHmac("sha256", hmacToken)
    .update(textParam(asked, "identifier") ?? "")
    .digest("hex");
  if (hash !== expected) throw new Unhandled(500);
}

function inboxOf({ state }: World, { inbox }: Ids): Inbox {
  return found(state.inboxes.find(({ channelType, token }) => channelType === "Channel::Api" && token === inbox));
}

function customer(world: World, ids: Ids): { inbox: Inbox; contactInbox: ContactInbox; contact: Contact } {
  const inbox = inboxOf(world, ids);
  const { contactInboxes, contacts: all } = world.state;
  const contactInbox = found(
    contactInboxes.find(({ inboxId, sourceId }) => inboxId === inbox.id && sourceId === ids["source"]),
  );
  return { inbox, contactInbox, contact: found(all.find(({ id }) => id === contactInbox.contactId)) };
}

function own(world: World, ids: Ids): Conversation {
  const { contactInbox } = customer(world, ids);
  return found(
    world.state.conversations.find(
      ({ sourceId, displayId }) => sourceId === contactInbox.sourceId && displayId === Number(ids["id"]),
    ),
  );
}

function contactOf(contact: Contact, { sourceId, pubsubToken }: ContactInbox) {
  const { id, name, email, phoneNumber } = contact;
  return { source_id: sourceId, pubsub_token: pubsubToken, id, name, email, phone_number: phoneNumber };
}

/** Unlike in the API for agents, no controller handles a missing record. */
function found<T>(record: T | undefined): T {
  if (record === undefined) throw new Unhandled(404);
  return record;
}
