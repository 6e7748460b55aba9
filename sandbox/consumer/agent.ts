import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createReceiver } from "../../examples/webhook-receiver/server.ts";
import { customersMessage } from "./message.ts";

/** Where the agent service takes what the consumer hands on. */
export const agentPath = "/webhooks/chatwoot";

export interface AgentOptions {
  /** Of the signatures on what the consumer hands on. */
  secret: string | readonly string[];
  /** Writes the draft into Chatwoot. */
  draft: (conversationId: number, text: string) => Promise<unknown>;
  /** How long it thinks. Default 0. */
  thinksMs?: number;
  onProblem?: (problem: string) => void;
}

/** An agent service: healthy, takes signed messages of customers, and drafts one answer for all of them. */
export function createAgent({ secret, draft, thinksMs = 0, onProblem }: AgentOptions): Server {
  return createReceiver({
    secret,
    path: agentPath,
    async onEvent(event) {
      const message = customersMessage(event);
      if (message === undefined) return;
      if (thinksMs > 0) await sleep(thinksMs);
      await draft(message.conversationId, "We are open from Monday to Friday, nine to five.");
    },
    ...(onProblem === undefined ? {} : { onProblem }),
  });
}
