import type { Client } from "pg";
import type { SupportTargets } from "../../config/schema/support.ts";
import type { ChatwootClient } from "../lib/chatwoot/client.ts";
import type { Target } from "../health/target.ts";

export interface Parts {
  target: Target;
  /** Aborted by the signal. */
  client: ChatwootClient;
  /** Not aborted by the signal, so that created objects can be deleted. */
  patient: ChatwootClient;
  /** The database of the facts; rejects with the cause if unavailable. */
  facts: Promise<Client>;
  targets: SupportTargets;
  limits: Limits;
  signal: AbortSignal;
}

export interface Limits {
  /** Limit per request. */
  timeoutSeconds: number;
  /** From the customer's message to the fact about its webhook. */
  factSeconds: number;
  /** From the customer's message to the agent's private note. */
  noteSeconds: number;

  pollMs: number;
  /** API inbox to write to; undefined to create one. */
  inbox: string | undefined;
}

export interface Sent {
  accountId: number;
  conversationId: number;
  messageId: number;
  /** Time of the database's clock just before. */
  from: Date;
  /** `performance.now()` just after. */
  sentAtMs: number;
}
