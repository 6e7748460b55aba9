import { randomBytes } from "node:crypto";
import { failureMessage, type ChatwootClient } from "../../lib/chatwoot/client.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../../health/check.ts";
import { nextSteps, type Target } from "../../health/target.ts";
import { request } from "../../../lib/http/request.ts";
import { sweep, traceName } from "../traces.ts";

const bytesWritten = 64 * 1024;
const storageHint = "Check chatwoot:storage, its keys and its bucket, then run";

export interface AttachmentParts {
  /** Not aborted by the signal: without its id, an inbox could not be deleted. */
  client: ChatwootClient;
  accountId: () => Promise<number | undefined>;
  timeoutSeconds: number;
  signal: AbortSignal;
}

/** Writes a file and reads it back, as a private note in a temporary API inbox, invisible to customers and agents. */
export function attachment(parts: AttachmentParts, target: Target): Check {
  return {
    name: "attachment",
    async run() {
      if (target.apiToken === undefined) return skipped("no token (CHATWOOT_API_KEY)");
      const accountId = await parts.accountId();
      if (accountId === undefined) return skipped("the token has no access to the account");
      // Leftovers of other runs do not fail this check.
      await sweep(parts.client, accountId).catch(() => 0);
      const made = new CreatedObjects(parts.client, accountId);
      const outcome = await writeAndRead(parts, accountId, made, target).catch((error: unknown) =>
        failed(failureMessage(error), nextSteps(target).logs),
      );
      const left = await made.clean();
      if (left === undefined) return outcome;
      return failed(
        `${outcome.detail}; ${left}`,
        `Delete it in Chatwoot's settings, or run this again after an hour: \`npm run ops -- smoke\``,
      );
    },
  };
}

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

async function writeAndRead(
  { client, timeoutSeconds, signal }: AttachmentParts,
  accountId: number,
  made: CreatedObjects,
  target: Target,
): Promise<Outcome> {
  const { redeploy, curl } = nextSteps(target);
  const name = traceName();
  signal.throwIfAborted();
  const inbox = await client.createApiInbox(accountId, name);
  made.inbox(name, inbox.id);
  signal.throwIfAborted();
  const contact = await client.createContact(accountId, inbox.id, { name });
  made.contact(name, contact.id);
  signal.throwIfAborted();
  const conversation = await client.createConversation(accountId, { inboxId: inbox.id, contactId: contact.id });
  const bytes = randomBytes(bytesWritten);
  const files = [{ fileName: `${name}.bin`, contentType: "application/octet-stream", bytes }];
  const note = { content: "Smoke test of attachments; deleted at once.", isPrivate: true, files };
  const written = await client.createMessage(accountId, conversation.id, note);
  const address = written.attachments?.[0]?.data_url;
  if (address === undefined) return failed("the message was returned without its file", redeploy(storageHint));

  const read = await request(address, { follow: true, timeoutSeconds, signal });
  const host = new URL(address).host;
  if (read.status !== 200) {
    const where = new URL(read.url).host === host ? "" : ` by ${new URL(read.url).host}`;
    const why = read.status === 404 ? "does not exist when read (404)" : `cannot be read (${read.status})`;
    return failed(`the file was written and ${why}${where}`, redeploy(storageHint));
  }
  if (!read.body.equals(bytes))
    return failed(
      `the file was changed: ${read.body.length} bytes read, ${bytes.length} written`,
      `Find the proxy that changes responses: ${curl(new URL(address).pathname)}`,
    );
  const elsewhere = host === new URL(client.baseUrl).host ? "" : `, at ${host}`;
  return ok(`${bytes.length / 1024} kB written and read back${elsewhere}`);
}
