import { administrator, found, member } from "../access.ts";
import { headOk, json } from "../answers.ts";
import { createContact, createContactInbox, removeConversations } from "../records.ts";
import { numberParam, textParam, type Asked } from "../request.ts";
import { route, type World } from "../route.ts";
import type { Contact } from "../state.ts";
import { contactWithInboxes, conversationView, inboxRecord } from "../views.ts";
import { findInbox } from "./inboxes.ts";

const path = "/api/v1/accounts/:account/contacts";
const perPage = 15;

export const contactRoutes = [
  route(`POST ${path}`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const inboxId = numberParam(asked, "inbox_id");
    const inbox = inboxId === undefined ? undefined : found(findInbox(world, accountId, inboxId));
    const contact = createContact(world, accountId, asked);
    const made = inbox && createContactInbox(world, contact, inbox, textParam(asked, "source_id"));
    return json({
      payload: {
        contact: contactWithInboxes(world, contact),
        contact_inbox: { inbox: inbox === undefined ? null : inboxRecord(inbox), source_id: made?.sourceId ?? null },
      },
    });
  }),
  route(`GET ${path}/search`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const text = asked.query.get("q")?.trim().toLowerCase();
    if (!text) return json({ meta: { count: null, current_page: 1, has_more: null }, payload: [] });
    const found = world.state.contacts.filter(
      (each) =>
        each.accountId === accountId &&
        [each.name, each.email, each.phoneNumber, each.identifier].some((field) => field?.toLowerCase().includes(text)),
    );
    const payload = found.slice(0, perPage).map((each) => contactWithInboxes(world, each));
    return json({ meta: { count: payload.length, current_page: 1, has_more: found.length > perPage }, payload });
  }),
  route(`GET ${path}/:id`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    return json({ payload: contactWithInboxes(world, find(world, accountId, ids)) });
  }),
  route(`GET ${path}/:id/conversations`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const contact = find(world, accountId, ids);
    const own = world.state.conversations.filter(({ contactId }) => contactId === contact.id);
    return json({ payload: own.map((each) => conversationView(world, each)) });
  }),
  route(`DELETE ${path}/:id`, (world, asked: Asked, ids) => {
    const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
    const contact = find(world, accountId, ids);
    removeConversations(world, ({ contactId }) => contactId === contact.id);
    world.state.contactInboxes = world.state.contactInboxes.filter(({ contactId }) => contactId !== contact.id);
    world.state.contacts = world.state.contacts.filter((each) => each !== contact);
    return headOk;
  }),
];

function find({ state }: World, accountId: number, ids: Readonly<Record<string, string>>): Contact {
  return found(state.contacts.find((each) => each.accountId === accountId && each.id === Number(ids["id"])));
}
