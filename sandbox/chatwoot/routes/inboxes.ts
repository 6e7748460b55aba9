import { administrator, found, member } from "../access.ts";
import { json, refusals, Unhandled } from "../answers.ts";
import { objectParam, textParam } from "../request.ts";
import { route, type World } from "../route.ts";
import { addInbox } from "../seed.ts";
import type { ChannelType, Inbox } from "../state.ts";
import { removeConversations } from "../records.ts";
import { agentView, inboxView } from "../views.ts";

const path = "/api/v1/accounts/:account/inboxes";
const channels: Record<string, ChannelType> = {
  api: "Channel::Api",
  web_widget: "Channel::WebWidget",
  email: "Channel::Email",
};

export const inboxRoutes = [
  route(`GET ${path}`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const inboxes = world.state.inboxes.filter((each) => each.accountId === accountId);
    inboxes.sort((a, b) => a.name.localeCompare(b.name));
    return json({ payload: inboxes.map((each) => inboxView(world, each)) });
  }),
  route(`GET ${path}/:id`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    return json(inboxView(world, found(findInbox(world, accountId, Number(ids["id"])))));
  }),
  route("GET /api/v1/accounts/:account/inbox_members/:id", (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    const { members } = found(findInbox(world, accountId, Number(ids["id"])));
    const users = world.state.users.filter(({ id }) => members.includes(id));
    return json({ payload: users.map((each) => agentView(accountId, each)) });
  }),
  route(`POST ${path}`, (world, asked, ids) => {
    const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
    const channel = objectParam(asked, "channel");
    // Chatwoot does not handle the exception of a missing channel, nor of an e-mail channel without its address.
    if (channel === undefined) throw new Unhandled(500);
    const text = (name: string): string | null => (typeof channel[name] === "string" ? channel[name] : null) || null;
    const channelType = channels[text("type") ?? ""];
    const name = textParam(asked, "name")?.trim() ?? "";
    if (channelType === undefined) throw refusals.invalid({ channel: "must exist" });
    if (channelType === "Channel::WebWidget" && text("website_url") === null)
      throw refusals.invalid({ website_url: "can't be blank" });
    if (channelType === "Channel::Email" && text("email") === null) throw new Unhandled(500);
    if (name === "") throw refusals.invalid({ name: "can't be blank" });
    const inbox = addInbox(world.state, {
      accountId,
      name,
      channelType,
      webhookUrl: typeof channel["webhook_url"] === "string" ? channel["webhook_url"] : null,
      websiteUrl: text("website_url"),
      email: text("email"),
    });
    return json(inboxView(world, inbox));
  }),
  route(`DELETE ${path}/:id`, (world, asked, ids) => {
    const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
    const inbox = found(findInbox(world, accountId, Number(ids["id"])));
    world.later(() => {
      removeConversations(world, ({ inboxId }) => inboxId === inbox.id);
      world.state.contactInboxes = world.state.contactInboxes.filter(({ inboxId }) => inboxId !== inbox.id);
      world.state.inboxes = world.state.inboxes.filter((each) => each !== inbox);
    });
    return json({ message: "Your inbox deletion request will be processed in some time." });
  }),
];

export function findInbox({ state }: World, accountId: number, id: number): Inbox | undefined {
  return state.inboxes.find((each) => each.accountId === accountId && each.id === id);
}
