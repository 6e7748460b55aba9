import type { ChatwootClient, Profile } from "../../lib/chatwoot/client.ts";
import { failed, ok, skipped, type Check } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";
import { accountOf } from "./chatwoot.ts";

/** Checks the registered webhook, its events and its secret. */
export function webhooks(client: ChatwootClient, profile: () => Promise<Profile>, target: Target): Check {
  const { redeploy, output } = nextSteps(target);
  return {
    name: "webhooks",
    async run() {
      if (target.apiToken === undefined) return skipped("no CHATWOOT_API_KEY");
      // The token check reports problems of the token.
      const account = await profile().then(
        (found) => accountOf(found, target),
        () => undefined,
      );
      if (account === undefined) return skipped("the token has no access to the account");
      const listed = await client.webhooks(account.id);
      const { webhook, webhookSecret } = target;
      if (webhook === undefined) return ok(`${listed.length} in account ${account.id}`);
      const ours = listed.find(({ url }) => url === webhook.url);
      if (!webhook.enabled)
        return ours === undefined
          ? ok("the webhook is disabled, as configured")
          : failed("the webhook is registered, although it is disabled", redeploy("Run the bootstrap to remove it"));
      if (ours === undefined)
        return failed(
          `${webhook.url} is not among the ${listed.length} webhooks`,
          redeploy("Run the bootstrap to register it"),
        );
      const missing = (webhook.events ?? []).filter((event) => !(ours.subscriptions ?? []).includes(event));
      if (missing.length > 0)
        return failed(
          `the webhook does not send ${missing.join(", ")}`,
          redeploy("Run the bootstrap to set its events"),
        );
      if (webhookSecret !== undefined && ours.secret && ours.secret !== webhookSecret)
        return failed(
          "the webhook signs with a different secret than its receivers verify",
          target.stack === undefined
            ? `Set CHATWOOT_WEBHOOK_SECRET to the stack's: ${output("webhookSecret")}`
            : redeploy("Run the bootstrap to set it"),
        );
      const count = (ours.subscriptions ?? []).length;
      return ok(`the webhook is registered, ${count} ${count === 1 ? "event" : "events"}`);
    },
  };
}
