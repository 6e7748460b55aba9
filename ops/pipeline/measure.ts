import type { ClientBase } from "pg";
import { factTypes } from "../../components/chatwoot/facts/schema.ts";

/** The deliveries of a span of time. */
export interface Measured {
  deliveries: number;
  succeeded: number;
  /** Rows without success or duration. They count as failed, and not for durations. */
  unreadable: number;
  /** Percent; null without deliveries. */
  successRate: number | null;
  /** Milliseconds; null without durations. */
  averageMs: number | null;
  /** 95th percentile. */
  p95Ms: number | null;
  deadLetters: number;
}

export interface Span {
  from: Date;
  /** Exclusive. */
  to: Date;
}

// durationMs can be a string; other values must not fail the query.
const duration = `CASE WHEN value->>'durationMs' ~ '^[0-9]{1,12}(\\.[0-9]+)?$' THEN (value->>'durationMs')::float8 END`;

const measures = `
  count(*)::int AS deliveries,
  count(*) FILTER (WHERE value->>'success' = 'true')::int AS succeeded,
  count(*) FILTER (WHERE coalesce(value->>'success', '') NOT IN ('true', 'false') OR ${duration} IS NULL)::int AS unreadable,
  avg(${duration}) AS "averageMs",
  percentile_cont(0.95) WITHIN GROUP (ORDER BY ${duration}) AS "p95Ms"`;

const inSpan = "fact_type = $1 AND recorded_at >= $2::timestamptz AND recorded_at < $3::timestamptz";

type Row = Omit<Measured, "successRate" | "deadLetters">;

/** Uses the database's clock. */
export async function spanOfMinutes(client: ClientBase, minutes: number): Promise<Span> {
  const { rows } = await client.query<{ now: Date }>("SELECT now() AS now");
  const to = (rows[0] as { now: Date }).now;
  return { from: new Date(to.getTime() - minutes * 60_000), to };
}

export async function measure(client: ClientBase, span: Span): Promise<Measured> {
  const found = await client.query<Row>(`SELECT ${measures} FROM dashboard_facts WHERE ${inSpan}`, [
    factTypes.delivery,
    ...bounds(span),
  ]);
  return complete(found.rows[0] as Row, await countDeadLetters(client, span));
}

export async function countDeadLetters(client: ClientBase, span: Span): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM dashboard_facts WHERE ${inSpan}`,
    [factTypes.deadLetter, ...bounds(span)],
  );
  return rows[0]?.count ?? 0;
}

/** Measures each day with facts, by UTC date. */
export async function measureDays(client: ClientBase, span: Span): Promise<Map<string, Measured>> {
  const day = "to_char(date_trunc('day', recorded_at), 'YYYY-MM-DD')";
  const found = await client.query<Row & { day: string }>(
    `SELECT ${day} AS day, ${measures} FROM dashboard_facts WHERE ${inSpan} GROUP BY 1`,
    [factTypes.delivery, ...bounds(span)],
  );
  const dead = await client.query<{ day: string; count: number }>(
    `SELECT ${day} AS day, count(*)::int AS count FROM dashboard_facts WHERE ${inSpan} GROUP BY 1`,
    [factTypes.deadLetter, ...bounds(span)],
  );
  const deadOf = new Map(dead.rows.map((row) => [row.day, row.count]));
  const nothing: Row = { deliveries: 0, succeeded: 0, unreadable: 0, averageMs: null, p95Ms: null };
  const days = new Map(found.rows.map(({ day: date, ...row }) => [date, row]));
  return new Map(
    [...new Set([...days.keys(), ...deadOf.keys()])].map((date) => [
      date,
      complete(days.get(date) ?? nothing, deadOf.get(date) ?? 0),
    ]),
  );
}

export interface DeadLetterError {
  error: string;
  count: number;
}

/** Errors of dead letters, the most frequent first. */
export async function deadLetterErrors(client: ClientBase, span: Span, limit = 5): Promise<DeadLetterError[]> {
  const { rows } = await client.query<DeadLetterError>(
    `SELECT coalesce(left(value->>'lastError', 200), 'no error recorded') AS error, count(*)::int AS count
     FROM dashboard_facts WHERE ${inSpan} GROUP BY 1 ORDER BY count DESC, error LIMIT ${limit}`,
    [factTypes.deadLetter, ...bounds(span)],
  );
  return rows;
}

function bounds({ from, to }: Span): [string, string] {
  return [from.toISOString(), to.toISOString()];
}

function complete(row: Row, deadLetters: number): Measured {
  const { deliveries, succeeded } = row;
  return { ...row, successRate: deliveries === 0 ? null : (100 * succeeded) / deliveries, deadLetters };
}
