import type { Outcome } from "./run-all.ts";

/** Number of resources by operation, as reported by Pulumi. */
export type Changes = Readonly<Record<string, number | undefined>>;

const headings = ["environment", "result", "seconds", "changes"];

/** A line per environment, and the total. */
export function renderTable(outcomes: readonly Outcome<Changes>[]): string {
  const rows = outcomes.map(({ name, state, seconds, value, reason }) => [
    name,
    state,
    state === "skipped" ? "" : seconds.toFixed(1),
    reason ?? describe(value),
  ]);
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  const count = (state: Outcome<Changes>["state"]): number => outcomes.filter((each) => each.state === state).length;
  const sum = `${count("done")} done, ${count("failed")} failed, ${count("skipped")} skipped`;
  return [line(headings), ...rows.map(line), "", sum].join("\n");
}

function describe(changes: Changes | undefined): string {
  if (changes === undefined) return "";
  const words = Object.entries(changes)
    .filter(([kind, count]) => kind !== "same" && (count ?? 0) > 0)
    .map(([kind, count]) => `${count} to ${kind}`);
  return words.length === 0 ? "none" : words.join(", ");
}
