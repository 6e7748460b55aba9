import type { Made } from "../smoke/checks/attachment.ts";
import { ChatwootRefusal, type Inbox } from "../lib/chatwoot/client.ts";
import { failed, ok, type Outcome } from "../health/check.ts";
import { traceName } from "../smoke/traces.ts";
import { databaseNow } from "./facts.ts";
import type { Parts, Sent } from "./parts.ts";

/** What the test's customer writes; agents that draft answers have something to answer. */
const question = "Hello, this is an automatic test of the support pipeline. Which days are you open?";

/** The API inbox that was named, or one that is made and deleted again. */
export async function openInbox(
  { patient, limits, signal }: Parts,
  accountId: number,
  made: Made,
  keep: (inbox: Inbox) => void,
): Promise<Outcome> {
  signal.throwIfAborted();
  if (limits.inbox === undefined) {
    const name = traceName();
    const inbox = await patient.createApiInbox(accountId, name);
    made.inbox(name, inbox.id);
    keep(inbox);
    return ok(`${name}, made for the test`);
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
    `${JSON.stringify(limits.inbox)} ${isOther ? "is no API inbox" : "does not exist"}; API inboxes: ${names}`,
    "Name one of those, or leave --inbox out: the test then makes one; one that stays is made by chatwoot:inboxes (docs/ops/bootstrap.md)",
  );
}

/** A customer comes through the public address, without any token, and writes. */
export async function writeAsCustomer(
  { client, patient, facts, signal }: Parts,
  accountId: number,
  inbox: Inbox,
  made: Made,
  keep: (sent: Sent) => void,
): Promise<Outcome> {
  const identifier = inbox.inbox_identifier;
  if (!identifier) throw new ChatwootRefusal(`inbox ${inbox.name}`, 200, "without its public identifier");
  const name = traceName();
  signal.throwIfAborted();
  const contact = await patient.createContact(accountId, inbox.id, { name });
  made.contact(name, contact.id);
  signal.throwIfAborted();
  if (contact.sourceId === undefined) return failed("the contact has no way into the inbox", "Run it again");
  const conversation = await client.startConversation(identifier, contact.sourceId);
  const from = await databaseNow(await facts);
  const message = await client.sendAsCustomer(identifier, contact.sourceId, conversation.id, question);
  const sentAtMs = performance.now();
  keep({ accountId, conversationId: conversation.id, messageId: message.id, from, sentAtMs });
  return ok(`conversation ${conversation.id}, message sent by its customer`);
}
