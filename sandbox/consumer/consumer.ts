import type { Server } from "node:http";
import { createReceiver } from "../../examples/webhook-receiver/server.ts";
import type { Fact } from "./facts.ts";
import { customersMessage } from "./message.ts";

export interface ConsumerOptions {
  /** The webhook's secret. */
  secret: string | readonly string[];
  path?: string;
  /** Forwards the event to the agent service and returns the facts to record, in order. */
  handOn: (event: Record<string, unknown>) => Promise<readonly Fact[]>;
  /** Records a fact. */
  write: (fact: Fact) => Promise<void>;
  /** Whether facts contain the conversation's id. Default: true. */
  isNamed?: boolean;
  onProblem?: (problem: string) => void;
}

export interface Consumer {
  readonly server: Server;
  /** Resolves when every accepted event is recorded. */
  settled(): Promise<void>;
}

/**
 * The consumer of the support pipeline's webhook: verifies deliveries, forwards customer messages to the agent service,
 * and records the results.
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
