import { administrator, found, member } from "../access.ts";
import { headOk, json, refusals } from "../answers.ts";
import {
  changeStatus,
  createContactInbox,
  createConversation,
  createMessage,
  removeConversations,
} from "../records.ts";
import { numberParam, objectParam, textParam } from "../request.ts";
import { route, type World } from "../route.ts";
import { conversationStatuses, type ContactInbox, type Conversation, type ConversationStatus } from "../state.ts";
import { conversationView } from "../views.ts";
import { findInbox } from "./inboxes.ts";

const path = "/api/v1/accounts/:account/conversations";
const perPage = 25;

export const conversationRoutes = [
  route(`GET ${path}`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const status = asked.query.get("status") ?? "open";
    const inboxId = asked.query.get("inbox_id");
    const chosen = world.state.conversations
      .filter((each) => each.accountId === accountId)
      .filter((each) => status === "all" || each.status === status)
      .filter((each) => inboxId === null || each.inboxId === Number(inboxId))
      .sort((a, b) => b.lastActivityAtMs - a.lastActivityAtMs);
    const page = Number(asked.query.get("page") ?? 1);
    const payload = chosen.slice((page - 1) * perPage, page * perPage).map((each) => conversationView(world, each));
    const counts = { mine_count: 0, assigned_count: 0, unassigned_count: chosen.length, all_count: chosen.length };
    return json({ data: { meta: counts, payload } });
  }),
  route(`POST ${path}`, (world, asked, ids) => {
    const { accountId, user } = member(world.state, asked, ids["account"] ?? "");
    const conversation = createConversation(
      world,
      contactInboxOf(world, accountId, {
        inboxId: numberParam(asked, "inbox_id"),
        contactId: numberParam(asked, "contact_id"),
        sourceId: textParam(asked, "source_id"),
      }),
      accountId,
      objectParam(asked, "custom_attributes"),
    );
    const message = objectParam(asked, "message");
    if (message !== undefined)
      createMessage(world, conversation, {
        content: typeof message["content"] === "string" ? message["content"] : undefined,
        type: "outgoing",
        private: message["private"] === true,
        sender: { type: "user", id: user.id },
        uploads: [],
      });
    return json(conversationView(world, conversation));
  }),
  route(`GET ${path}/:id`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    return json(conversationView(world, findConversation(world, accountId, ids)));
  }),
  route(`POST ${path}/:id/toggle_status`, (world, asked, ids) => {
    const { accountId, user } = member(world.state, asked, ids["account"] ?? "");
    const conversation = findConversation(world, accountId, ids);
    const wanted = textParam(asked, "status") ?? (conversation.status === "open" ? "resolved" : "open");
    // An unknown enum value raises an exception that Chatwoot does not handle.
    if (!(conversationStatuses as readonly string[]).includes(wanted))
      throw new Error(`'${wanted}' is not a valid status`);
    changeStatus(world, conversation, wanted as ConversationStatus, user.name);
    return json({
      payload: {
        success: true,
        conversation_id: conversation.displayId,
        current_status: wanted,
        snoozed_until: null,
      },
    });
  }),
  route(`DELETE ${path}/:id`, (world, asked, ids) => {
    const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
    const conversation = findConversation(world, accountId, ids);
    world.later(() => removeConversations(world, (each) => each === conversation));
    return headOk;
  }),
];

export function findConversation({ state }: World, accountId: number, ids: Readonly<Record<string, string>>) {
  return found<Conversation>(
    state.conversations.find((each) => each.accountId === accountId && each.displayId === Number(ids["id"])),
  );
}

/** The contact's inbox entry; without inbox or contact, the one with the source id. */
function contactInboxOf(
  world: World,
  accountId: number,
  asked: { inboxId: number | undefined; contactId: number | undefined; sourceId: string | undefined },
): ContactInbox {
  const { state } = world;
  const inbox = asked.inboxId === undefined ? undefined : found(findInbox(world, accountId, asked.inboxId));
  const contact =
    asked.contactId === undefined
      ? undefined
      : found(state.contacts.find((each) => each.accountId === accountId && each.id === asked.contactId));
  if (inbox === undefined || contact === undefined)
    return found(state.contactInboxes.find(({ sourceId }) => sourceId === asked.sourceId));
  const known = state.contactInboxes.filter(({ inboxId }) => inboxId === inbox.id);
  const same = known.find(
    ({ contactId, sourceId }) =>
      contactId === contact.id && (asked.sourceId === undefined || sourceId === asked.sourceId),
  );
  if (same === undefined && known.some(({ sourceId }) => sourceId === asked.sourceId))
    throw refusals.unprocessable("source_id should be unique");
  return same ?? createContactInbox(world, contact, inbox, asked.sourceId);
}
