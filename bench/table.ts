import type { Row } from "./row.ts";

const headings = ["measure", "median", "spread", "goal", "met?"] as const;

/** An aligned table for a terminal without color; the medians behind each ratio are on a separate line. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map(cellsOf);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => (row[column] as string).length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join(" | ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("-|-");
  const body = cells.flatMap((row, index) => [line(row), `    ${(rows[index] as Row).underlying}`]);
  return [line(headings), rule, ...body].join("\n");
}

function cellsOf({ measure, summary, unit, goal }: Row): string[] {
  const show = (value: number): string => (unit === "ms" ? `${Math.round(value)} ms` : value.toFixed(2));
  const { median, min, max } = summary;
  return [
    measure,
    show(median),
    `${show(min)}–${show(max)}`,
    goal === undefined ? "" : `≤ ${show(goal)}`,
    goal === undefined ? "" : median <= goal ? "yes" : "no",
  ];
}
