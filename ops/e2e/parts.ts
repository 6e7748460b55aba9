import type { Client } from "pg";
import type { SupportTargets } from "../../config/schema/support.ts";
import type { ChatwootClient } from "../lib/chatwoot/client.ts";
import type { Target } from "../health/target.ts";

/** What the end-to-end test works with. */
export interface Parts {
  target: Target;
  /** Ends with the signal. */
  client: ChatwootClient;
  /** Does not: what was made must be deleted also then. */
  patient: ChatwootClient;
  /** The database of the facts; a rejection says why there is none. */
  facts: Promise<Client>;
  targets: SupportTargets;
  limits: Limits;
  signal: AbortSignal;
}

export interface Limits {
  /** For each question. */
  timeoutSeconds: number;
  /** From the customer's message to the fact about its webhook. */
  factSeconds: number;
  /** From the customer's message to the agent's private note. */
  noteSeconds: number;
  /** Between two looks. */
  pollMs: number;
  /** API inbox that the customer writes to; undefined to make one for the test. */
  inbox: string | undefined;
}

/** The customer's conversation, once its message is sent. */
export interface Sent {
  accountId: number;
  conversationId: number;
  messageId: number;
  /** By the database's clock, just before. */
  from: Date;
  /** `performance.now()` just after. */
  sentAtMs: number;
}
