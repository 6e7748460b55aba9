import { randomBytes } from "node:crypto";
import { ChatwootApiError, type ChatwootClient } from "../../lib/chatwoot/client.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../../health/check.ts";
import { nextSteps, type Target } from "../../health/target.ts";
import { request } from "../../../lib/http/request.ts";

/** Small, because Chatwoot keeps the file. */
const bytesWritten = 4 * 1024;
const storageHint = "Check chatwoot:storage, its keys and its bucket, then run";

export interface AttachmentParts {
  client: ChatwootClient;
  accountId: () => Promise<number | undefined>;
  timeoutSeconds: number;
  signal: AbortSignal;
}

/**
 * Writes a file and reads it back. The file belongs to no message: after a deleted message, Chatwoot's job that sends
 * messages would die.
 */
export function attachment(parts: AttachmentParts, target: Target): Check {
  return {
    name: "attachment",
    async run() {
      if (target.apiToken === undefined) return skipped("no token (CHATWOOT_API_KEY)");
      const accountId = await parts.accountId();
      if (accountId === undefined) return skipped("the token has no access to the account");
      return writeAndRead(parts, accountId, target).catch((error: unknown) => {
        if (error instanceof ChatwootApiError && error.status === 429)
          return skipped("Chatwoot's limit of 60 uploads an hour is reached");
        throw error;
      });
    },
  };
}

async function writeAndRead(
  { client, timeoutSeconds, signal }: AttachmentParts,
  accountId: number,
  target: Target,
): Promise<Outcome> {
  const { redeploy, curl } = nextSteps(target);
  const bytes = randomBytes(bytesWritten);
  const file = { fileName: "ops-smoke.bin", contentType: "application/octet-stream", bytes };
  const { file_url: address } = await client.upload(accountId, file);

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
