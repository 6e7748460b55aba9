import { failureMessage, type ChatwootClient } from "../lib/chatwoot/client.ts";

/** The objects created in Chatwoot, in order. */
export class CreatedObjects {
  readonly #client: ChatwootClient;
  readonly #accountId: number;
  readonly #undo: [string, () => Promise<void>][] = [];

  constructor(client: ChatwootClient, accountId: number) {
    this.#client = client;
    this.#accountId = accountId;
  }

  inbox(name: string, id: number): void {
    this.#undo.push([`inbox ${name}`, () => this.#client.deleteInbox(this.#accountId, id)]);
  }

  contact(name: string, id: number): void {
    this.#undo.push([`contact ${name}`, () => this.#client.deleteContact(this.#accountId, id)]);
  }

  /** Deletes the objects in reverse order and returns those left. A conversation is deleted with its contact. */
  async clean(): Promise<string | undefined> {
    const left: string[] = [];
    for (const [what, undo] of this.#undo.toReversed())
      await undo().catch((error: unknown) => left.push(`${what} was not deleted (${failureMessage(error)})`));
    return left.length === 0 ? undefined : left.join(", ");
  }
}
