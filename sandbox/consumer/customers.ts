import type { ChatwootClient } from "../../ops/lib/chatwoot/client.ts";

const questions = ["Which days are you open?", "Where is my order?", "Can I change the address?", "Thank you!"];

/** Creates an inbox, and sends one message from each customer through its public API. */
export async function writeAsCustomers(client: ChatwootClient, accountId: number, count: number): Promise<void> {
  const { inbox_identifier: inbox } = await client.createApiInbox(accountId, "Shop");
  if (!inbox) throw new Error("customers: the inbox has no public identifier.");
  for (let number = 1; number <= count; number++) {
    const { source_id: sourceId } = await client.createCustomer(inbox, { name: `Customer ${number}` });
    const { id } = await client.startConversation(inbox, sourceId);
    await client.sendAsCustomer(inbox, sourceId, id, questions[number % questions.length] as string);
  }
}
