import { differs, type Comparison } from "./comparison.ts";

const headings = ["app", "what", "expected", "actual", "fix"];

/** The differences as a table, then the fixes, then the total. */
export function formatDrift(stack: string, comparisons: readonly Comparison[]): string {
  const rows = comparisons.filter(differs);
  const fixes = [...new Set(rows.map(({ fix }) => fix))];
  const cells = rows.map(({ app, what, expected, actual, fix }) => [
    app,
    what,
    expected,
    actual,
    String(fixes.indexOf(fix) + 1),
  ]);
  const sum = `${comparisons.length} values compared, ${rows.length} ${rows.length === 1 ? "differs" : "differ"}.`;
  if (rows.length === 0) return `${stack}: ${sum}`;
  return [
    ...table([headings, ...cells]),
    "",
    ...fixes.map((fix, index) => `${index + 1}: ${fix}`),
    "",
    `${stack}: ${sum}`,
  ].join("\n");
}

function table(rows: readonly string[][]): string[] {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => [...row[column]!].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
