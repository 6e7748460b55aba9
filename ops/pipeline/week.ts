import type { ClientBase } from "pg";
import { factTypes } from "../../components/chatwoot/facts/schema.ts";
import { measure, measureDays, type Measured, type Span } from "./measure.ts";

const dayMs = 24 * 60 * 60_000;

export interface Day {
  /** UTC, `2026-11-20`. */
  date: string;
  /** Undefined on a day without facts. */
  measured: Measured | undefined;
}

export interface Week {
  span: Span;
  days: Day[];
  total: Measured;
  before: Measured;
}

/** The seven whole UTC days before a day; an incomplete day would distort the rates. */
export function weekBefore(day: Date): Span {
  const to = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()));
  return { from: new Date(to.getTime() - 7 * dayMs), to };
}

/** The week to report on now. It includes today if the pipeline started today. */
export async function currentWeek(client: ClientBase, now: Date): Promise<{ span: Span; startedToday: boolean }> {
  const span = weekBefore(now);
  const first = await firstFact(client);
  const startedToday = first !== undefined && first >= span.to;
  return { span: startedToday ? weekBefore(new Date(now.getTime() + dayMs)) : span, startedToday };
}

async function firstFact(client: ClientBase): Promise<Date | undefined> {
  const first = (type: string): string => `(SELECT min(recorded_at) FROM dashboard_facts WHERE fact_type = ${type})`;
  const { rows } = await client.query<{ first: Date | null }>(
    `SELECT least(${first("$1")}, ${first("$2")})::timestamptz AS first`,
    [factTypes.delivery, factTypes.deadLetter],
  );
  return rows[0]?.first ?? undefined;
}

export async function readWeek(client: ClientBase, span: Span): Promise<Week> {
  const found = await measureDays(client, span);
  const days = Array.from({ length: 7 }, (_, index) => {
    const date = new Date(span.from.getTime() + index * dayMs).toISOString().slice(0, 10);
    return { date, measured: found.get(date) };
  });
  const earlier = { from: new Date(span.from.getTime() - 7 * dayMs), to: span.from };
  return { span, days, total: await measure(client, span), before: await measure(client, earlier) };
}
