import { z } from "zod";

const delivered = z.object({
  event: z.literal("message_created"),
  message_type: z.literal("incoming"),
  conversation: z.object({ id: z.number() }),
});

/** The conversation of a customer's message; undefined for other webhook events. */
export function customersMessage(event: Record<string, unknown>): { conversationId: number } | undefined {
  const result = delivered.safeParse(event);
  return result.success ? { conversationId: result.data.conversation.id } : undefined;
}
