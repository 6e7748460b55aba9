import { found, member } from "../access.ts";
import { json, refusals } from "../answers.ts";
import { createMessage, updateMessage } from "../records.ts";
import { booleanParam, objectParam, textParam } from "../request.ts";
import { route } from "../route.ts";
import { contactEventView, messagesOf, messageView } from "../views.ts";
import { findConversation } from "./conversations.ts";

const path = "/api/v1/accounts/:account/conversations/:id/messages";
const perPage = 20;

export const messageRoutes = [
  route(`GET ${path}`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const conversation = findConversation(world, accountId, ids);
    const contact = world.state.contacts.find(({ id }) => id === conversation.contactId);
    const before = Number(asked.query.get("before") ?? Infinity);
    const payload = messagesOf(world, conversation)
      .filter(({ id }) => id < before)
      .slice(-perPage)
      .map((each) => messageView(world, each));
    const seen = { agent_last_seen_at: null, assignee_last_seen_at: null };
    const meta = { labels: [], additional_attributes: {}, contact: contact && contactEventView(contact), ...seen };
    return json({ meta, payload });
  }),
  route(`POST ${path}`, (world, asked, ids) => {
    const { accountId, user } = member(world.state, asked, ids["account"] ?? "");
    const conversation = findConversation(world, accountId, ids);
    const inbox = world.state.inboxes.find(({ id }) => id === conversation.inboxId);
    const type = textParam(asked, "message_type") ?? "outgoing";
    if (type === "incoming" && inbox?.channelType !== "Channel::Api")
      throw refusals.unprocessable("Incoming messages are only allowed in Api inboxes");
    if (type !== "incoming" && type !== "outgoing")
      throw refusals.unprocessable(`'${type}' is not a valid message_type`);
    const message = createMessage(world, conversation, {
      content: textParam(asked, "content"),
      type,
      private: booleanParam(asked, "private"),
      sender: type === "incoming" ? { type: "contact", id: conversation.contactId } : { type: "user", id: user.id },
      contentAttributes: objectParam(asked, "content_attributes"),
      uploads: asked.uploads,
    });
    return json(messageView(world, message));
  }),
  // A deleted message is kept as a placeholder, without its files.
  route(`DELETE ${path}/:message`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const conversation = findConversation(world, accountId, ids);
    const message = found(messagesOf(world, conversation).find(({ id }) => id === Number(ids["message"])));
    updateMessage(world, conversation, message, {
      content: "This message was deleted",
      contentAttributes: { deleted: true },
      attachments: [],
    });
    return json(messageView(world, message));
  }),
];
