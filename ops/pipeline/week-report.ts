import type { SupportTargets } from "../../config/schema/support.ts";
import { hideInLogs } from "../logs/hide.ts";
import type { Baseline } from "./baseline.ts";
import { mermaidChart, sparkline } from "./chart.ts";
import type { DeadLetterError, Measured } from "./measure.ts";
import { judge, type Check } from "./verdict.ts";
import type { Day, Week } from "./week.ts";
import { milliseconds, minuteUtc, percent } from "./words.ts";

export interface WeekReport {
  name: string;
  targets: SupportTargets;
  week: Week;
  errors: readonly DeadLetterError[];
  baseline: Baseline | undefined;
  madeAt: Date;
  /** Whether the current, incomplete day counts. Default: false. */
  startedToday?: boolean | undefined;
}

/** The checks of a week, without the schema. */
export function judgeWeek(week: Week, targets: SupportTargets): Check[] {
  return judge({ targets, measured: week.total, schema: [], allowQuiet: false }).filter(
    ({ name }) => name !== "schema",
  );
}

/** Markdown that is readable in a terminal, with charts on GitHub. */
export function formatWeek({
  name,
  targets,
  week,
  errors,
  baseline,
  madeAt,
  startedToday = false,
}: WeekReport): string {
  const { span, days, total, before } = week;
  const last = new Date(span.to.getTime() - 1);
  const checks = judgeWeek(week, targets);
  return [
    `# Support pipeline of ${name}: ${date(span.from)} to ${date(last)}`,
    verdict(checks),
    ...(startedToday ? ["The pipeline started today, so the report covers today up to now."] : []),
    table(
      ["", "this week", "week before", "change", "target"],
      [
        ["deliveries", String(total.deliveries), String(before.deliveries), change(total, before, "deliveries"), ""],
        [
          "success rate",
          percent(total.successRate),
          percent(before.successRate),
          change(total, before, "successRate", 2),
          `over ${targets.successRatePercent} %`,
        ],
        [
          "average response",
          milliseconds(total.averageMs),
          milliseconds(before.averageMs),
          change(total, before, "averageMs"),
          `under ${targets.averageResponseMs} ms`,
        ],
        ["95 % within", milliseconds(total.p95Ms), milliseconds(before.p95Ms), change(total, before, "p95Ms"), ""],
        [
          "dead letters",
          String(total.deadLetters),
          String(before.deadLetters),
          change(total, before, "deadLetters"),
          String(targets.deadLetters),
        ],
      ],
    ),
    ...(baseline === undefined ? [] : [baselineLine(baseline)]),
    "## By day (UTC)",
    table(
      ["day", "deliveries", "success rate", "average", "dead letters"],
      days.map(({ date: day, measured }) => [
        weekday(day),
        String(measured?.deliveries ?? 0),
        percent(measured?.successRate ?? null),
        milliseconds(measured?.averageMs ?? null),
        String(measured?.deadLetters ?? 0),
      ]),
    ),
    sparklines(days),
    ...charts(days),
    ...(errors.length === 0
      ? []
      : ["## Dead letters by their last error", table(["times", "error"], errors.map(errorRow))]),
    `Made at ${minuteUtc(madeAt)} from \`dashboard_facts\`.\n`,
  ].join("\n\n");
}

function verdict(checks: readonly Check[]): string {
  const wrong = checks.filter(({ state }) => state !== "ok");
  if (wrong.length === 0) return "**Every target was met.**";
  return `**Not met:** ${wrong.map(({ name, found }) => `${name}, ${found}`).join("; ")}.`;
}

function baselineLine({ capturedAt, successRate, averageMs, requestsPerMinute }: Baseline): string {
  const at = capturedAt === null ? "" : ` of ${date(capturedAt)}`;
  return `Baseline${at}: ${percent(successRate)}, ${milliseconds(averageMs)}, ${requestsPerMinute ?? "-"} requests per minute.`;
}

function sparklines(days: readonly Day[]): string {
  const line = (label: string, value: (measured: Measured) => number | null): string =>
    `${label.padEnd(14)}${sparkline(days.map(({ measured }) => (measured === undefined ? null : value(measured))))}`;
  return [
    "```text",
    line("deliveries", ({ deliveries }) => deliveries),
    line("success rate", ({ successRate }) => successRate),
    line("average", ({ averageMs }) => averageMs),
    "```",
  ].join("\n");
}

function charts(days: readonly Day[]): string[] {
  const points = (value: (measured: Measured) => number | null) =>
    days.map(({ date: day, measured }) => ({
      label: weekday(day),
      value: measured === undefined ? null : value(measured),
    }));
  const rates = points(({ successRate }) => successRate);
  const lowest = Math.min(100, ...rates.flatMap(({ value }) => value ?? []));
  return [
    mermaidChart({
      title: "Success rate",
      unit: "percent",
      kind: "line",
      points: rates,
      axis: [Math.max(0, Math.floor(lowest) - 1), 100],
    }),
    mermaidChart({ title: "Average response", unit: "ms", kind: "line", points: points(({ averageMs }) => averageMs) }),
    mermaidChart({
      title: "Deliveries",
      unit: "per day",
      kind: "bar",
      points: days.map(({ date: day, measured }) => ({ label: weekday(day), value: measured?.deliveries ?? 0 })),
    }),
  ].filter((chart) => chart !== undefined);
}

/** The difference to the week before; a dash if a value is missing. */
function change(now: Measured, before: Measured, key: keyof Measured, digits = 0): string {
  const [a, b] = [now[key], before[key]];
  if (a === null || b === null) return "-";
  const difference = Number((a - b).toFixed(digits));
  return difference > 0 ? `+${difference}` : String(difference);
}

/** Pads the columns, so that the source is readable too. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, index) => Math.max(3, cell.length, ...rows.map((row) => (row[index] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, index) => (index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** The consumer's error text can contain line breaks, markup and secrets. */
function errorRow({ error, count }: DeadLetterError): string[] {
  const text = hideInLogs(error.replaceAll(/\s+/g, " ").trim()).slice(0, 100);
  return [String(count), text.replaceAll(/[|<>`*_[\]\\]/g, (mark) => `\\${mark}`)];
}

function date(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** `Fri 20` */
function weekday(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return `${["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][at.getUTCDay()]} ${day.slice(8)}`;
}
