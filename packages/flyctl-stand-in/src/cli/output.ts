/** The output streams of a run. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** Output in the shapes of the real flyctl. Headings are bold even with NO_COLOR, as there. */
const bold = (text: string): string => `\u001b[1m${text}\u001b[0m`;

export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`;

export function table(title: string, rows: readonly (readonly string[])[], headers: readonly string[] = []): string {
  const heading = title === "" ? "" : `${bold(title)}\n`;
  const all = headers.length > 0 ? [headers.map((header) => header.toUpperCase()), ...rows] : rows;
  const widths = Array.from({ length: Math.max(0, ...all.map((row) => row.length)) }, (_, column) =>
    Math.max(0, ...all.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => ` ${cell.padEnd(widths[column] ?? 0)} `).join("│");
  const [first, ...rest] = all.map(line);
  const ruled =
    headers.length > 0 ? [first ?? "", widths.map((width) => "─".repeat(width + 2)).join("┼"), ...rest] : all.map(line);
  return `${heading}${ruled.map((text) => `${text}\n`).join("")}\n`;
}

/** One object, one line for each label. */
export function verticalTable(title: string, rows: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => ` ${label.padEnd(width)} │ ${value} \n`);
  return `${bold(title)}\n${lines.join("")}\n`;
}
