import type { RoomParams } from "./cable.ts";
import type { Conversation, Message, State } from "./state.ts";
import { pubsubToken } from "./views.ts";

/* RoomChannel: who subscribes, and who gets a message. */

/** Whether RoomChannel finds the record: a contact by its token alone, a user by token, id and account together. */
export function knowsRoom(
  state: State,
  { pubsub_token: token, account_id: account, user_id: user }: RoomParams,
): boolean {
  if (user === undefined) return state.contactInboxes.some((each) => each.pubsubToken === token);
  return state.users.some(
    (each) => each.id === user && pubsubToken(each) === token && each.accounts[account ?? 0] !== undefined,
  );
}

/** The tokens that get a message: administrators and the inbox's members; the customer, unless it is a private note. */
export function roomsOf(state: State, conversation: Conversation, message: Message): string[] {
  const { accountId, inboxId, sourceId } = conversation;
  const members = state.inboxes.find(({ id }) => id === inboxId)?.members ?? [];
  const users = state.users.filter(
    ({ id, accounts }) => accounts[accountId] === "administrator" || members.includes(id),
  );
  const customers = state.contactInboxes.filter((each) => each.sourceId === sourceId && !message.private);
  return [...users.map(pubsubToken), ...customers.map((each) => each.pubsubToken)];
}
