import { stripVTControlCharacters } from "node:util";
import { hideInLogs } from "./hide.ts";
import type { LogLine } from "./lines.ts";

/** Formats one line per entry and removes everything that looks like a secret. */
export function formatLogs(lines: readonly LogLine[], groups: ReadonlyMap<string, string>): string {
  return hideInLogs(lines.map((line) => formatLine(line, groups)).join(""));
}

function formatLine({ timestamp, level, instance, message }: LogLine, groups: ReadonlyMap<string, string>): string {
  const from = [groups.get(instance), instance].filter(Boolean).join(" ") || "fly";
  // Further lines of a message are indented.
  const text = stripVTControlCharacters(message).trimEnd().replaceAll(/\r?\n/g, "\n    ");
  return `${timestamp} ${from} ${level && `[${level}] `}${text}\n`;
}
