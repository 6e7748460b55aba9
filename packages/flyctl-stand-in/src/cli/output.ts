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
  return `${heading}${all.map((row) => `${line(row)}\n`).join("")}\n`;
}

/** A time as flyctl's tables show it; after a day, the time itself. */
export function relativeTime(time: string): string {
  const seconds = Math.trunc((Date.now() - Date.parse(time)) / 1000);
  const minutes = Math.trunc(seconds / 60);
  if (seconds < 1) return "just now";
  if (seconds < 60) return `${seconds}s ago`;
  if (minutes < 60) return `${minutes}m${seconds % 60}s ago`;
  return minutes < 1440 ? `${Math.trunc(minutes / 60)}h${minutes % 60}m ago` : time;
}

/** One object, one line for each label. */
export function verticalTable(title: string, rows: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => ` ${label.padEnd(width)} │ ${value} \n`);
  return `${bold(title)}\n${lines.join("")}\n`;
}
