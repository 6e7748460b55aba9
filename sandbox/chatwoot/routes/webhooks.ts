import { webhookEvents } from "../../../config/webhook-events.ts";
import { administrator, found } from "../access.ts";
import { headOk, json, refusals } from "../answers.ts";
import { objectParam, type Asked } from "../request.ts";
import { route, type World } from "../route.ts";
import { nextId, secureToken, type Webhook } from "../state.ts";
import { webhookView } from "../views.ts";

const path = "/api/v1/accounts/:account/webhooks";
const change: Parameters<typeof route>[1] = (world, asked, ids) => {
  const webhook = find(world, asked, ids);
  const wanted = { ...webhook, ...permitted(asked) };
  validate(world, wanted);
  Object.assign(webhook, wanted);
  return json({ payload: { webhook: webhookView(world, webhook) } });
};

/** Chatwoot has no route for a single webhook. */
export const webhookRoutes = [
  route(`GET ${path}`, (world, asked, ids) => {
    const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
    const webhooks = world.state.webhooks.filter((each) => each.accountId === accountId);
    return json({ payload: { webhooks: webhooks.map((each) => webhookView(world, each)) } });
  }),
  route(`POST ${path}`, (world, asked, ids) => {
    const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
    const none = { id: 0, accountId, name: null, url: "", inboxId: null, subscriptions: [] };
    const webhook: Webhook = { ...none, ...permitted(asked), secret: secureToken() };
    validate(world, webhook);
    webhook.id = nextId(world.state, "webhook");
    world.state.webhooks.push(webhook);
    return json({ payload: { webhook: webhookView(world, webhook) } });
  }),
  route(`PATCH ${path}/:id`, change),
  route(`PUT ${path}/:id`, change),
  route(`DELETE ${path}/:id`, (world, asked, ids) => {
    const webhook = find(world, asked, ids);
    world.state.webhooks = world.state.webhooks.filter((each) => each !== webhook);
    return headOk;
  }),
];

function find(world: World, asked: Asked, ids: Readonly<Record<string, string>>): Webhook {
  const { accountId } = administrator(world.state, asked, ids["account"] ?? "");
  return found(world.state.webhooks.find((each) => each.accountId === accountId && each.id === Number(ids["id"])));
}

/** The parameters that a client may set. The secret is readable only. */
function permitted(asked: Asked): Partial<Webhook> {
  // Rails wraps a body of JSON without the key into it.
  const given = objectParam(asked, "webhook") ?? asked.params;
  if (Object.keys(given).length === 0) throw refusals.missing("webhook");
  const { url, name, subscriptions, inbox_id: inboxId } = given;
  return {
    ...(typeof url === "string" ? { url } : {}),
    ...(typeof name === "string" ? { name } : {}),
    ...(Array.isArray(subscriptions) ? { subscriptions: subscriptions.map(String) } : {}),
    ...(typeof inboxId === "number" ? { inboxId } : {}),
  };
}

function validate({ state }: World, { id, accountId, url, subscriptions }: Webhook): void {
  const problems: Record<string, string> = {};
  const others = state.webhooks.filter((each) => each.accountId === accountId && each.id !== id);
  if (others.some((each) => each.url === url)) problems["url"] = "has already been taken";
  else if (!/^https?:\/\/[^\s/]+/.test(url)) problems["url"] = "is invalid";
  const known: readonly string[] = webhookEvents;
  if (subscriptions.length === 0 || subscriptions.some((event) => !known.includes(event)))
    problems["subscriptions"] = "Invalid events";
  if (Object.keys(problems).length > 0) throw refusals.invalid(problems);
}
