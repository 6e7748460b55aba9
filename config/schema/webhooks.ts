import { z } from "zod";
import { readWebUrl } from "../../lib/web-url.ts";
import { webhookEvents } from "../webhook-events.ts";
import { text } from "./words.ts";

/**
 * URL that Chatwoot posts to. Credentials in it would be visible to every administrator. A private host or plain http
 * requires deliveries.allowPrivateNetwork.
 */
export const deliveryUrl = z
  .url({ protocol: /^https?$/, error: "is not a valid URL. Write it as https://host/path", abort: true })
  .refine((url) => !/^[^/]*\/\/[^/]*@/.test(url), {
    error: "has a user or password in it. Chatwoot signs instead, so remove it",
    abort: true,
  })
  .superRefine((url, context) => {
    const read = readWebUrl(url);
    if ("problem" in read) context.addIssue({ code: "custom", message: read.problem });
  })
  .refine((url) => !/\s/.test(url), "has a blank in it. Write it as %20")
  .refine((url) => url.length <= 2048, "is longer than 2048 characters. Shorten it");

/** Events of the webhook. Default: message_created and conversation_status_changed. */
export const events = z
  .array(
    z.enum(webhookEvents, {
      error: ({ input }) =>
        input === "conversation_resolved" || input === "conversation_opened"
          ? `has ${input}, which only agent bots get. Use conversation_status_changed and look at its status`
          : `has an event that Chatwoot does not send. Use some of ${webhookEvents.join(", ")}`,
    }),
  )
  .min(1, "is empty. Name at least one event")
  .refine((names) => new Set(names).size === names.length, "has an event twice. Name each once")
  .default(["message_created", "conversation_status_changed"]);

/** Additional webhooks of the account, each signed with the generated `webhookSecret`. */
export const webhooks = z.array(
  z.strictObject({
    /** URL of the webhook. A new URL creates another webhook, and the old one is removed. */
    url: deliveryUrl,
    events,
    /** Name on the settings page and in messages of the bootstrap. Default: the host of the URL. */
    name: text.optional(),
    /** Whether the webhook is enabled. `false` removes it; `true` creates it again. Default: true. */
    enabled: z.boolean("is not true or false. Write true or false").default(true),
  }),
  "is not a list. Write one",
);
