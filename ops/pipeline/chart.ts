const levels = "▁▂▃▄▅▆▇█";

/** One character per value, scaled between the lowest and the highest; a dot for null. */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const least = Math.min(...known);
  const range = Math.max(...known) - least;
  const level = (value: number): number =>
    range === 0 ? 3 : Math.round(((value - least) / range) * (levels.length - 1));
  return values.map((value) => (value === null ? "·" : levels.charAt(level(value)))).join("");
}

export interface Chart {
  title: string;
  unit: string;
  kind: "bar" | "line";
  /** Points without a value are omitted: Mermaid has no gaps. */
  points: readonly { label: string; value: number | null }[];
  /** Default: from 0 to above the highest value. */
  axis?: readonly [number, number];
}

/** A Mermaid chart for GitHub; undefined without values. */
export function mermaidChart({ title, unit, kind, points, axis }: Chart): string | undefined {
  const known = points.filter((point): point is { label: string; value: number } => point.value !== null);
  if (known.length === 0) return undefined;
  const values = known.map(({ value }) => Number(value.toFixed(2)));
  const [least, most] = axis ?? [0, Math.max(1, ...values.map((value) => Math.ceil(value * 1.1)))];
  return [
    "```mermaid",
    "xychart-beta",
    `    title ${quoted(title)}`,
    `    x-axis [${known.map(({ label }) => quoted(label)).join(", ")}]`,
    `    y-axis ${quoted(unit)} ${least} --> ${most}`,
    `    ${kind} [${values.join(", ")}]`,
    "```",
  ].join("\n");
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', "'")}"`;
}
