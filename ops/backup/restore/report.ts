import type { TableCount } from "./verify.ts";

export interface RestoreResult {
  database: string;
  counts: readonly TableCount[];
  /** How many tables the manifest says. */
  tables: number;
  leftOut: readonly string[];
  refusedExtensions: readonly { name: string; reason: string }[];
  seconds: number;
}

const largest = 15;

export function isWhole({ counts, tables }: RestoreResult): boolean {
  return counts.length === tables && counts.every(({ inDump, restored }) => inDump === restored);
}

/** What was restored and whether it is all of it, the largest tables by name. */
export function formatRestore(result: RestoreResult): string {
  const { database, counts, tables, leftOut, refusedExtensions, seconds } = result;
  const wrong = counts.filter(({ inDump, restored }) => inDump !== restored);
  const rows = counts.reduce((sum, { restored }) => sum + restored, 0);
  const shown = [...wrong, ...counts.filter((each) => !wrong.includes(each)).sort((a, b) => b.inDump - a.inDump)];
  return [
    `Restored into ${database} in ${Math.ceil(seconds)} s: ${counts.length} tables (${tables} in the manifest), ${rows} rows.`,
    `  ${"in the dump".padStart(12)}  ${"restored".padStart(12)}  table`,
    ...shown
      .slice(0, Math.max(largest, wrong.length))
      .map(
        ({ table, inDump, restored }) =>
          `  ${String(inDump).padStart(12)}  ${String(restored).padStart(12)}  ${table}${inDump === restored ? "" : "  DIFFERS"}`,
      ),
    ...(shown.length > largest ? [`  and ${shown.length - Math.max(largest, wrong.length)} more`] : []),
    ...(leftOut.length > 0
      ? ["Left to the target, as it has them itself:", ...leftOut.map((entry) => `  ${entry}`)]
      : []),
    ...refusedExtensions.map(({ name, reason }) => `Extension ${name} could not be made: ${reason}`),
    isWhole(result) ? "Every table has the rows of the dump." : "The target is not what the dump holds.",
  ].join("\n");
}
