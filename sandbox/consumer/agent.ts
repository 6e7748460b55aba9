import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createReceiver } from "../../examples/webhook-receiver/server.ts";
import { customersMessage } from "./message.ts";

/** The agent service's path for forwarded events. */
export const agentPath = "/webhooks/chatwoot";

export interface AgentOptions {
  /** Secret of the signatures on forwarded events. */
  secret: string | readonly string[];
  /** Creates the draft in Chatwoot. */
  draft: (conversationId: number, text: string) => Promise<unknown>;
  /** Delay before the draft, in milliseconds. Default: 0. */
  thinksMs?: number;
  onProblem?: (problem: string) => void;
}

/** An agent service: healthy, accepts signed customer messages, and creates the same draft for each. */
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
