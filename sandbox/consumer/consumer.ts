import type { Server } from "node:http";
import { createReceiver } from "../../examples/webhook-receiver/server.ts";
import type { Fact } from "./facts.ts";
import { customersMessage } from "./message.ts";

export interface ConsumerOptions {
  /** The webhook's. */
  secret: string | readonly string[];
  path?: string;
  /** Hands the event on to the agent service, and tells what there is to note; in order. */
  handOn: (event: Record<string, unknown>) => Promise<readonly Fact[]>;
  /** Notes it. */
  write: (fact: Fact) => Promise<void>;
  /** Whether facts name the conversation that they are about. Default true. */
  isNamed?: boolean;
  onProblem?: (problem: string) => void;
}

export interface Consumer {
  readonly server: Server;
  /** Ends when everything that was taken is noted. */
  settled(): Promise<void>;
}

/**
 * The consumer of the support pipeline's webhook: verifies it, hands what customers write on to the agent service, and
 * notes how that went.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { secret, path, handOn, write, isNamed = true, onProblem } = options;
  const running = new Set<Promise<void>>();

  async function take(event: Record<string, unknown>): Promise<void> {
    const message = customersMessage(event);
    if (message === undefined) return;
    const name = isNamed ? { conversationId: message.conversationId } : {};
    for (const { type, value } of await handOn(event)) await write({ type, value: { ...value, ...name } });
  }

  const server = createReceiver({
    secret,
    ...(path === undefined ? {} : { path }),
    onEvent(event) {
      const one = take(event);
      const ended = one.catch(() => undefined).finally(() => running.delete(ended));
      running.add(ended);
      return one;
    },
    ...(onProblem === undefined ? {} : { onProblem }),
  });
  return {
    server,
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
