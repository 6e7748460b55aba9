import { ChatwootClient, failureMessage } from "../lib/chatwoot/client.ts";
import { accountOf } from "../health/checks/chatwoot.ts";
import type { Target } from "../health/target.ts";

export interface DisabledWebhook {
  /** Whether the pipeline's webhook is no longer registered. */
  off: boolean;
  /** Without a full stop. */
  detail: string;
}

/**
 * Deletes the pipeline's webhook by the API, minutes before a deployment would. An unreachable Chatwoot can be the reason
 * for the rollback, so it is no failure: the deployment removes the webhook.
 */
export async function disableWebhook(target: Target, timeoutSeconds = 10): Promise<DisabledWebhook> {
  const { webhook, baseUrl, apiToken } = target;
  if (webhook === undefined) return { off: true, detail: "the stack has none" };
  const client = new ChatwootClient({ baseUrl, apiToken, timeoutSeconds });
  try {
    const account = accountOf(await client.profile(), target);
    if (account === undefined) return { off: false, detail: "the token has no access to the account" };
    const registered = (await client.webhooks(account.id)).filter(({ url }) => url === webhook.url);
    for (const { id } of registered) await client.deleteWebhook(account.id, id);
    return {
      off: true,
      detail: registered.length === 0 ? "it was not registered" : `removed from account ${account.id}`,
    };
  } catch (error) {
    return { off: false, detail: `Chatwoot could not be reached: ${failureMessage(error)}` };
  }
}
