import picocolors from "picocolors";
import { failuresAmong, type CheckResult } from "./check.ts";
import { wrap } from "../../lib/wrap.ts";

const words = { ok: "ok", warning: "warning", failed: "FAILED", skipped: "skipped" } as const;
const wordWidth = 7;
const nameWidth = 15;
const indent = wordWidth + nameWidth + 2;

export interface ReportStyle {
  /** Default: 80. */
  columns?: number;
  colour?: boolean;
}

/** One line per check, with the fix below a failed one. */
export function formatResults(results: readonly CheckResult[], style: ReportStyle = {}): string {
  return results.flatMap((result) => formatResult(result, style)).join("\n");
}

function formatResult(
  { name, state, detail, next, durationMs }: CheckResult,
  { columns = 80, colour = false }: ReportStyle,
) {
  const paint = picocolors.createColors(colour);
  const inks = { ok: paint.green, warning: paint.yellow, failed: paint.red, skipped: paint.dim } as const;
  const time = state === "skipped" ? "" : ` (${durationMs} ms)`;
  const text = [`${detail}${time}`, ...(next === undefined ? [] : [`${next}.`])];
  const [first = "", ...rest] = text.flatMap((line) => wrap(line, columns - indent));
  return [
    `${inks[state](words[state].padEnd(wordWidth))} ${name.padEnd(nameWidth)} ${first}`,
    ...rest.map((line) => `${" ".repeat(indent)}${line}`),
  ];
}

/** The last line, which log searches match. */
export function formatVerdict(what: string, results: readonly CheckResult[]): string {
  const failures = failuresAmong(results);
  return failures.length === 0 ? `${what} OK` : `${what} FAILED: ${failures.length} of ${results.length}`;
}
