import picocolors from "picocolors";
import { wrap } from "../../lib/wrap.ts";
import type { CheckResult } from "../health/check.ts";

interface Row {
  last: CheckResult;
  runs: number;
  failures: number;
  slowestMs: number;
}

/** Results of each check over all runs. */
export class Tally {
  readonly rows = new Map<string, Row>();
  runs = 0;
  failedRuns = 0;

  add(results: readonly CheckResult[]): void {
    this.runs += 1;
    if (results.some(({ state }) => state === "failed")) this.failedRuns += 1;
    for (const last of results) {
      const { runs = 0, failures = 0, slowestMs = 0 } = this.rows.get(last.name) ?? {};
      const isSkipped = last.state === "skipped";
      this.rows.set(last.name, {
        last,
        runs: runs + (isSkipped ? 0 : 1),
        failures: failures + (last.state === "failed" ? 1 : 0),
        slowestMs: Math.max(slowestMs, isSkipped ? 0 : last.durationMs),
      });
    }
  }
}

const words = { ok: "ok", warning: "warning", failed: "FAILED", skipped: "skipped" } as const;

/** The last result and the failures of each check. */
export function formatTally(tally: Tally, { columns = 80, colour = false } = {}): string {
  const paint = picocolors.createColors(colour);
  const inks = { ok: paint.green, warning: paint.yellow, failed: paint.red, skipped: paint.dim } as const;
  const heading = `${"check".padEnd(14)} ${"last".padEnd(7)}  runs  failed  slowest  found`;
  const indent = 47;
  const lines = [...tally.rows.values()].flatMap(({ last, runs, failures, slowestMs }) => {
    const slowest = runs === 0 ? "" : `${slowestMs} ms`;
    const numbers = `${String(runs).padStart(4)}  ${String(failures).padStart(6)}  ${slowest.padStart(7)}`;
    const [first = "", ...rest] = wrap(last.detail, Math.max(20, columns - 1 - indent));
    const next = last.next === undefined ? [] : wrap(`-> ${last.next}.`, columns - 3).map((line) => `  ${line}`);
    return [
      `${last.name.padEnd(14)} ${inks[last.state](words[last.state].padEnd(7))}  ${numbers}  ${first}`,
      ...rest.map((line) => `${" ".repeat(indent)}${line}`),
      ...next,
    ];
  });
  return [paint.bold(heading), ...lines].join("\n");
}
