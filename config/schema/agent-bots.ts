import { z } from "zod";
import { text } from "./words.ts";
import { deliveryUrl } from "./webhooks.ts";

/** Bots of the account, which inboxes name as their agentBot. Their access tokens are Chatwoot's own. */
export const agentBots = z.array(
  z.strictObject({
    /** Another name is another bot; the old one stays, because messages name it as their sender. */
    name: text,
    /** Gets every event of the bot's conversations, signed with the generated `webhookSecret` where Chatwoot signs those. */
    url: deliveryUrl,
    /** What people read about it in Chatwoot. */
    description: text.optional(),
  }),
  "is not a list. Write one",
);
