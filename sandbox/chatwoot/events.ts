import { Unhandled } from "./answers.ts";
import type { World } from "./route.ts";
import type { Conversation } from "./state.ts";

/* Chatwoot's listeners: which webhooks get an event. */

type Payload = Record<string, unknown>;

/** These events are for agent bots only. */
const botEvents = ["conversation_opened", "conversation_resolved"];
/** These events agent bots do not get. */
const notForBots = ["conversation_created"];

export function dispatchToAccount(world: World, accountId: number, payload: Payload): void {
  // The listeners run in a job, and without Redis none can be enqueued.
  if (world.state.services.redis !== "ok") throw new Unhandled(500);
  for (const { accountId: owner, url, secret, subscriptions } of world.state.webhooks)
    if (owner === accountId && subscriptions.includes(String(payload["event"])))
      world.deliver({ url, secret }, payload);
}

/** What follows a delivery that failed for good. */
export interface Failures {
  ofInbox?: (error: string) => void;
  ofBot?: () => void;
}

/** Delivers to the account's webhooks, and to webhook and agent bot of the conversation's inbox. */
export function dispatch(world: World, conversation: Conversation, payload: Payload, failures: Failures = {}): void {
  const event = String(payload["event"]);
  const inbox = world.state.inboxes.find(({ id }) => id === conversation.inboxId);
  dispatchToAccount(world, conversation.accountId, payload);
  if (inbox?.channelType === "Channel::Api" && inbox.webhookUrl && !botEvents.includes(event))
    world.deliver({ url: inbox.webhookUrl, secret: inbox.secret }, payload, failures.ofInbox);
  if (inbox?.bot && !notForBots.includes(event)) world.deliver({ ...inbox.bot, isBot: true }, payload, failures.ofBot);
}
