import { ChatwootClient, sayFailure } from "../lib/chatwoot/client.ts";
import { accountOf } from "../health/checks/chatwoot.ts";
import type { Target } from "../health/target.ts";

/** What became of the pipeline's webhook. */
export interface SwitchedOff {
  /** Whether no webhook of ours is registered any more. */
  off: boolean;
  /** Without a full stop. */
  detail: string;
}

/**
 * Takes the pipeline's webhook out by the API, at once: a deployment would do it minutes later. Only its own address is
 * touched. A Chatwoot that does not answer may be why somebody rolls back, so that is no failure of the rollback: the
 * deployment takes it out then.
 */
export async function switchOffWebhook(target: Target, timeoutSeconds = 10): Promise<SwitchedOff> {
  const { webhook, baseUrl, apiToken } = target;
  if (webhook === undefined) return { off: true, detail: "the stack has none" };
  const client = new ChatwootClient({ baseUrl, apiToken, timeoutSeconds });
  try {
    const account = accountOf(await client.profile(), target);
    if (account === undefined) return { off: false, detail: "the token does not open the account" };
    const ours = (await client.webhooks(account.id)).filter(({ url }) => url === webhook.url);
    for (const { id } of ours) await client.deleteWebhook(account.id, id);
    return { off: true, detail: ours.length === 0 ? "it was off" : `taken out of account ${account.id}` };
  } catch (error) {
    return { off: false, detail: `Chatwoot could not be asked: ${sayFailure(error)}` };
  }
}
