import { stripVTControlCharacters } from "node:util";
import { hideSecrets } from "../fly/questions.ts";
import type { LogLine } from "./lines.ts";

/** Names whose value is a secret wherever a program prints it, as `name=value`, `name: value` or in JSON. */
const named =
  /((?:password|passwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|secret[_-]?key[_-]?base|encryption[_-]?key|authorization)["']?\s*(?:=>|[=:])\s*["']?)((?:Bearer |Basic |FlyV1 )?[^\s"',;&}]+)/gi;
/** Tokens that are known by their beginning. */
const tokens =
  /\b(?:fm[12][a-z]?_[\w+/=,-]{10,}|AKIA[0-9A-Z]{12,}|tid_[\w-]{8,}|tsec_[\w-]{8,}|(?<=Bearer )[\w.+/=-]{8,})/g;
/** What Rails has hidden already. */
const hidden = /^\[(?:FILTERED|secret)\]/;

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

export function hideInLogs(text: string): string {
  return hideSecrets(text)
    .replace(named, (whole, name: string, value: string) => (hidden.test(value) ? whole : `${name}[secret]`))
    .replace(tokens, "[secret]");
}
