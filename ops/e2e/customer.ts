import type { CreatedObjects } from "./created.ts";
import { ChatwootApiError, type Inbox } from "../lib/chatwoot/client.ts";
import { failed, ok, type Outcome } from "../health/check.ts";
import { traceName } from "./traces.ts";
import { databaseNow } from "./facts.ts";
import type { Parts, Sent } from "./parts.ts";

/** The customer's message: a question, so that the agent drafts an answer. */
const question = "Hello, this is an automatic test of the support pipeline. Which days are you open?";

/** Finds the API inbox of --inbox, or creates one for the test. */
export async function openInbox(
  { patient, limits, signal }: Parts,
  accountId: number,
  made: CreatedObjects,
  keep: (inbox: Inbox) => void,
): Promise<Outcome> {
  signal.throwIfAborted();
  if (limits.inbox === undefined) {
    const name = traceName();
    const inbox = await patient.createApiInbox(accountId, name);
    made.inbox(name, inbox.id);
    keep(inbox);
    return ok(`${name}, created for the test`);
  }
  const inboxes = await patient.inboxes(accountId);
  const usable = inboxes.filter(({ channel_type: type }) => type === "Channel::Api");
  const inbox = usable.find(({ name }) => name === limits.inbox);
  if (inbox !== undefined) {
    keep(inbox);
    return ok(`${inbox.name}, an API inbox`);
  }
  const isOther = inboxes.some(({ name }) => name === limits.inbox);
  const names = usable.map(({ name }) => JSON.stringify(name)).join(", ") || "none";
  return failed(
    `${JSON.stringify(limits.inbox)} ${isOther ? "is not an API inbox" : "does not exist"}; API inboxes: ${names}`,
    "Use one of these, or omit --inbox to have one created for the test. chatwoot:inboxes creates permanent ones (docs/ops/bootstrap.md)",
  );
}

/** Writes as a customer through the public API, without a token. */
export async function writeAsCustomer(
  { client, patient, facts, signal }: Parts,
  accountId: number,
  inbox: Inbox,
  made: CreatedObjects,
  keep: (sent: Sent) => void,
): Promise<Outcome> {
  const identifier = inbox.inbox_identifier;
  if (!identifier) throw new ChatwootApiError(`inbox ${inbox.name}`, 200, "without its public identifier");
  const name = traceName();
  signal.throwIfAborted();
  const contact = await patient.createContact(accountId, inbox.id, { name });
  made.contact(name, contact.id);
  signal.throwIfAborted();
  if (contact.sourceId === undefined) return failed("the contact is not connected to the inbox", "Run it again");
  const conversation = await client.startConversation(identifier, contact.sourceId);
  const from = await databaseNow(await facts);
  const message = await client.sendAsCustomer(identifier, contact.sourceId, conversation.id, question);
  const sentAtMs = performance.now();
  keep({ accountId, conversationId: conversation.id, messageId: message.id, from, sentAtMs });
  return ok(`conversation ${conversation.id}, message sent by its customer`);
}
