import { administrator, found, member } from "../access.ts";
import { json, refusals } from "../answers.ts";
import { objectParam, textParam } from "../request.ts";
import { route, type World } from "../route.ts";
import { nextId, secureToken, type ChannelType, type Inbox } from "../state.ts";
import { removeConversations } from "../records.ts";
import { inboxView } from "../views.ts";

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
    return json({ payload: inboxes.map(inboxView) });
  }),
  route(`GET ${path}/:id`, (world, asked, ids) => {
    const { accountId } = member(world.state, asked, ids["account"] ?? "");
    return json(inboxView(found(findInbox(world, accountId, Number(ids["id"])))));
  }),
  route(`POST ${path}`, (world, asked, ids) => {
    const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
    const channel = objectParam(asked, "channel") ?? {};
    const text = (name: string): string | null => (typeof channel[name] === "string" ? channel[name] : null) || null;
    const channelType = channels[text("type") ?? ""];
    const name = textParam(asked, "name")?.trim() ?? "";
    if (channelType === undefined) throw refusals.unprocessable("Channel must exist");
    if (channelType === "Channel::WebWidget" && text("website_url") === null)
      throw refusals.invalid({ website_url: "can't be blank" });
    if (channelType === "Channel::Email" && text("email") === null) throw refusals.invalid({ email: "can't be blank" });
    if (name === "") throw refusals.invalid({ name: "can't be blank" });
    const inbox: Inbox = {
      id: nextId(world.state, "inbox"),
      accountId,
      name,
      channelType,
      token: secureToken(),
      webhookUrl: text("webhook_url"),
      websiteUrl: text("website_url"),
      email: text("email"),
    };
    world.state.inboxes.push(inbox);
    return json(inboxView(inbox));
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
