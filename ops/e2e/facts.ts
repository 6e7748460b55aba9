import type { ClientBase } from "pg";
import { factTypes } from "../../components/chatwoot/facts/schema.ts";

/** A fact about a delivery, written by the webhook's consumer. */
export interface Fact {
  isDeadLetter: boolean;
  /** Null if missing. */
  success: boolean | null;
  durationMs: number | null;
  lastError: string | null;
  /** Number of the conversation; null if missing. */
  conversation: string | null;
}

/** The time of the database's clock. */
export async function databaseNow(client: ClientBase): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>("SELECT now() AS now");
  return (rows[0] as { now: Date }).now;
}

/** The facts recorded since then, oldest first. */
export async function factsSince(client: ClientBase, from: Date): Promise<Fact[]> {
  const { rows } = await client.query<Fact>(
    `SELECT fact_type = $2 AS "isDeadLetter",
       CASE value->>'success' WHEN 'true' THEN true WHEN 'false' THEN false END AS success,
       CASE WHEN value->>'durationMs' ~ '^[0-9]{1,12}(\\.[0-9]+)?$' THEN (value->>'durationMs')::float8 END AS "durationMs",
       left(value->>'lastError', 120) AS "lastError",
       coalesce(value->>'conversationId', value->>'conversation_id', value->'conversation'->>'id') AS conversation
     FROM dashboard_facts
     WHERE fact_type IN ($1, $2) AND recorded_at >= $3::timestamptz
     ORDER BY recorded_at LIMIT 1000`,
    [factTypes.delivery, factTypes.deadLetter, from.toISOString()],
  );
  return rows;
}

/**
 * The facts about this conversation. Consumers need not record the conversation: without any match, facts without a
 * conversation count, and `areNamed` is false because they can be about others.
 */
export function factsOf(facts: readonly Fact[], conversationId: number): { facts: Fact[]; areNamed: boolean } {
  const named = facts.filter(({ conversation }) => conversation === String(conversationId));
  if (named.length > 0) return { facts: named, areNamed: true };
  return { facts: facts.filter(({ conversation }) => conversation === null), areNamed: false };
}
