import type { ClientBase } from "pg";
import { measure, measureDays, type Measured, type Span } from "./measure.ts";

const dayMs = 24 * 60 * 60_000;

export interface Day {
  /** `2026-11-20`, in UTC. */
  date: string;
  /** Undefined on a day without any fact. */
  measured: Measured | undefined;
}

export interface Week {
  span: Span;
  days: Day[];
  total: Measured;
  before: Measured;
}

/** The seven whole days before a day in UTC: a day that is not over would look worse than it is. */
export function weekBefore(day: Date): Span {
  const to = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()));
  return { from: new Date(to.getTime() - 7 * dayMs), to };
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
