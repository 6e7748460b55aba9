import { createTwoFilesPatch } from "diff";
import { isObject, unknownMarker, type Value } from "../values.ts";

/** Lines of context around a change, and the most lines that one value may take. */
const contextLines = 2;
const maxLines = 12;
const columns = 100;

/** A value on one line: JSON-like, with `[secret]` and `[unknown]` without quotes. */
export function inline(value: Value): string {
  if (value === undefined) return "(none)";
  if (value === unknownMarker) return "[unknown]";
  if (value === "[secret]") return "[secret]";
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${inline(item)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

export function isMultiline(value: Value): value is string {
  return typeof value === "string" && value.includes("\n");
}

/** A value for a list of properties: on one line if it fits, otherwise on the lines below its key. */
export function block(key: string, value: Value, indent: number): string[] {
  const pad = " ".repeat(indent);
  if (isMultiline(value))
    return [`${pad}${key}: |`, ...elide(value.trimEnd().split("\n")).map((line) => `${pad}  ${line}`)];
  const line = `${pad}${key}: ${inline(value)}`;
  if (line.length <= columns || typeof value !== "object" || value === null) return [shorten(line)];
  const children = Array.isArray(value)
    ? value.map((item, i) => [`[${i}]`, item] as const)
    : Object.entries(value as object);
  return [`${pad}${key}:`, ...children.flatMap(([name, item]) => block(name, item, indent + 2))];
}

/** Two texts as a line diff, without the parts that did not change. Each line begins with ` `, `+`, `-` or `@`. */
export function textDiff(before: string, after: string): string[] {
  const patch = createTwoFilesPatch("", "", before, after, "", "", { context: contextLines });
  const lines = patch.split("\n").slice(patch.startsWith("Index") ? 4 : 3);
  return lines.filter((line) => !/^(---|\+\+\+|===)/.test(line) && line !== "");
}

export function shorten(line: string, width = columns): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** Two lines that begin alike, each at most `width` wide, cut so that the difference shows. */
export function aroundChange(before: string, after: string, width: number): [string, string] {
  const longest = Math.max(before.length, after.length);
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  // A third of the width before the difference, but no further to the right than the longer line's end needs.
  const from = Math.max(0, Math.min(same - Math.floor(width / 3), longest - width + 1));
  const cut = (text: string): string => shorten(from === 0 ? text : `…${text.slice(from)}`, width);
  return [cut(before), cut(after)];
}

function elide(lines: string[]): string[] {
  if (lines.length <= maxLines) return lines;
  const half = maxLines / 2;
  return [...lines.slice(0, half), `… ${lines.length - maxLines} more lines …`, ...lines.slice(-half)];
}
