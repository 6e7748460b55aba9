import type { ClientBase } from "pg";
import { countDeadLetters, measure, type Measured, type Span } from "./measure.ts";
import { milliseconds, minuteUtc, percent } from "./words.ts";

/** A row of `support_baseline`, with which later measurements are compared. */
export interface Baseline {
  capturedAt: Date | null;
  successRate: number | null;
  averageMs: number | null;
  requestsPerMinute: number | null;
  dailyDeadLetters: number | null;
}

const day = 24 * 60 * 60_000;

/** Measures a span, and the dead letters of the 24 hours before its end. */
export async function readBaseline(
  client: ClientBase,
  span: Span,
): Promise<{ baseline: Baseline; measured: Measured }> {
  const measured = await measure(client, span);
  const minutes = (span.to.getTime() - span.from.getTime()) / 60_000;
  const dailyDeadLetters = await countDeadLetters(client, { from: new Date(span.to.getTime() - day), to: span.to });
  const { successRate, averageMs, deliveries } = measured;
  const baseline = {
    capturedAt: span.to,
    successRate: rounded(successRate, 2),
    averageMs: rounded(averageMs, 0),
    requestsPerMinute: rounded(deliveries / minutes, 2),
    dailyDeadLetters,
  };
  return { baseline, measured };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

export async function lastBaseline(client: ClientBase): Promise<Baseline | undefined> {
  const { rows } = await client.query<Baseline>(
    `SELECT captured_at::timestamptz AS "capturedAt", success_rate::float8 AS "successRate", avg_response_ms::float8 AS "averageMs",
       requests_per_minute::float8 AS "requestsPerMinute", daily_dlq_count::int AS "dailyDeadLetters"
     FROM support_baseline ORDER BY captured_at DESC NULLS LAST LIMIT 1`,
  );
  return rows[0];
}

export async function recordBaseline(client: ClientBase, baseline: Baseline): Promise<void> {
  const { capturedAt, successRate, averageMs, requestsPerMinute, dailyDeadLetters } = baseline;
  await client.query(
    `INSERT INTO support_baseline (captured_at, success_rate, avg_response_ms, requests_per_minute, daily_dlq_count)
     VALUES ($1::timestamptz, $2, $3, $4, $5)`,
    [capturedAt?.toISOString(), successRate, averageMs, requestsPerMinute, dailyDeadLetters],
  );
}

export function formatBaseline(name: string, now: Baseline, before: Baseline | undefined): string {
  const rows: [string, string, string | undefined][] = [
    ["success rate", percent(now.successRate), before && percent(before.successRate)],
    ["average response", milliseconds(now.averageMs), before && milliseconds(before.averageMs)],
    ["requests per minute", String(now.requestsPerMinute ?? "-"), before && String(before.requestsPerMinute ?? "-")],
    ["dead letters per day", String(now.dailyDeadLetters ?? "-"), before && String(before.dailyDeadLetters ?? "-")],
  ];
  const earlier = before?.capturedAt ? ` (before: ${minuteUtc(before.capturedAt)})` : "";
  return [
    `${name}: baseline of ${minuteUtc(now.capturedAt as Date)}${earlier}`,
    ...rows.map(
      ([label, value, old]) => `  ${label.padEnd(22)}${value.padStart(10)}${old === undefined ? "" : `   (${old})`}`,
    ),
  ].join("\n");
}
