import type { Client } from "pg";
import { lastBaseline } from "./baseline.ts";
import { requireTables, schemaProblems, type Facts } from "./facts.ts";
import { deadLetterErrors, spanOfMinutes } from "./measure.ts";
import { formatWeek, judgeWeek } from "./week-report.ts";
import { currentWeek, readWeek, weekBefore } from "./week.ts";

/**
 * Reports on the seven whole days before `until`. Default: today; a pipeline that started today is reported up to now.
 * Changes nothing.
 */
export async function runReport(client: Client, facts: Facts, until?: Date) {
  const { name, targets } = facts;
  await requireTables(client, ["dashboard_facts"], facts);
  const { to: now } = await spanOfMinutes(client, 1);
  const { span, startedToday } = until === undefined ? await currentWeek(client, now) : { span: weekBefore(until) };
  const week = await readWeek(client, span);
  const errors = await deadLetterErrors(client, span);
  const noted = (await schemaProblems(client)).some(({ table, serious }) => serious && table === "support_baseline");
  const last = noted ? undefined : await lastBaseline(client);
  return {
    found: { name, targets, ...week, deadLetterErrors: errors },
    text: formatWeek({ name, targets, week, errors, baseline: last, madeAt: now, startedToday }),
    /** The last day that the report covers, in UTC: 2026-11-30. */
    lastDay: new Date(span.to.getTime() - 1).toISOString().slice(0, 10),
    met: judgeWeek(week, targets).every(({ state }) => state === "ok"),
  };
}
