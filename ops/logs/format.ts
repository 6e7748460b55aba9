import { stripVTControlCharacters } from "node:util";
import { hideInLogs } from "./hide.ts";
import type { LogLine } from "./lines.ts";

/** One line for each, oldest first, with everything that looks like a secret cut out. */
export function formatLogs(lines: readonly LogLine[], groups: ReadonlyMap<string, string>): string {
  return hideInLogs(lines.map((line) => formatLine(line, groups)).join(""));
}

function formatLine({ timestamp, level, instance, message }: LogLine, groups: ReadonlyMap<string, string>): string {
  const from = [groups.get(instance), instance].filter(Boolean).join(" ") || "fly";
  // A message of several lines stays together, below its first.
  const text = stripVTControlCharacters(message).trimEnd().replaceAll(/\r?\n/g, "\n    ");
  return `${timestamp} ${from} ${level && `[${level}] `}${text}\n`;
}
