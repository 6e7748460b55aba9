import { z } from "zod";
import { text } from "./words.ts";
import { deliveryUrl } from "./webhooks.ts";

/** Agent bots of the account. Inboxes refer to them by agentBot. Chatwoot generates their access tokens. */
export const agentBots = z.array(
  z.strictObject({
    /** Name of the bot. A new name creates another bot; the old one is kept, because messages name it as their sender. */
    name: text,
    /** Receives every event of the bot's conversations, signed with the generated `webhookSecret` if Chatwoot signs bot events. */
    url: deliveryUrl,
    /** Description in Chatwoot. */
    description: text.optional(),
  }),
  "is not a list. Write one",
);
