import type { ChatwootClient, Profile } from "../../lib/chatwoot/client.ts";
import { failed, ok, skipped, type Check } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";
import { accountOf } from "./chatwoot.ts";

/** The account has our webhook, with our events and our secret. */
export function webhooks(client: ChatwootClient, profile: () => Promise<Profile>, target: Target): Check {
  const { redeploy, output } = nextSteps(target);
  return {
    name: "webhooks",
    async run() {
      if (target.apiToken === undefined) return skipped("no CHATWOOT_API_KEY");
      // What is wrong with the token is said by its own check.
      const account = await profile().then(
        (found) => accountOf(found, target),
        () => undefined,
      );
      if (account === undefined) return skipped("the token does not open the account");
      const listed = await client.webhooks(account.id);
      const { webhook, webhookSecret } = target;
      if (webhook === undefined) return ok(`${listed.length} in account ${account.id}`);
      const ours = listed.find(({ url }) => url === webhook.url);
      if (!webhook.enabled)
        return ours === undefined
          ? ok("ours is switched off, as configured")
          : failed("ours is there, although it is switched off", redeploy("Let the bootstrap remove it"));
      if (ours === undefined)
        return failed(`${webhook.url} is not among the ${listed.length}`, redeploy("Let the bootstrap register it"));
      const missing = (webhook.events ?? []).filter((event) => !(ours.subscriptions ?? []).includes(event));
      if (missing.length > 0)
        return failed(`ours does not send ${missing.join(", ")}`, redeploy("Let the bootstrap set its events"));
      if (webhookSecret !== undefined && ours.secret && ours.secret !== webhookSecret)
        return failed(
          "ours signs with another secret than the one that receivers have",
          target.stack === undefined
            ? `Set CHATWOOT_WEBHOOK_SECRET to the stack's: ${output("webhookSecret")}`
            : redeploy("Let the bootstrap set it"),
        );
      const count = (ours.subscriptions ?? []).length;
      return ok(`ours is registered, ${count} ${count === 1 ? "event" : "events"}`);
    },
  };
}
