import picocolors from "picocolors";
import { wrap } from "../../lib/wrap.ts";
import { hideInLogs } from "../logs/hide.ts";
import { shellLine } from "../troubleshoot/console.ts";
import type { Cause } from "./cause.ts";
import { keyOf } from "./causes.ts";

/** A cause with what the wiring adds. */
export interface Shown {
  cause: Cause;
  /** The last line of its log. */
  line?: string | undefined;
  /** The command line that says more. */
  command: string;
}

const indent = 6;
/** Some policies print a whole object. */
const longestText = 400;

export const show = (cause: Cause, words: (args: readonly string[]) => string[], line?: string): Shown => ({
  cause,
  line,
  command: shellLine(words(cause.command)),
});

/** The cause, its event, and the next command, in 80 columns; commands are not wrapped. */
export function formatCause({ cause, line, command }: Shown, { colour = false } = {}): string {
  const paint = picocolors.createColors(colour);
  const text = hideInLogs(cause.text.replaceAll(/\s+/g, " ").trim());
  const short = text.length > longestText ? `${text.slice(0, longestText)} [...]` : text;
  const details = [
    short,
    ...(line === undefined ? [] : [`Last line of its log: ${line}`]),
    `${cause.fix}: \`${command}\``,
  ];
  return [
    `${paint.red("WARN".padEnd(indent))}${keyOf(cause)}`,
    ...details.flatMap((each) => wrap(each, 80 - indent)).map((each) => " ".repeat(indent) + each),
  ].join("\n");
}

export const formatGone = (key: string): string => `${"ok".padEnd(indent)}${key}: no longer`;

/** One line: the first cause, its fix and the command that says more. */
export function formatLast({ cause, command }: Shown, more: number): string {
  return `${keyOf(cause)}${more > 0 ? ` (and ${more} more above)` : ""}. ${cause.fix}. Next: \`${command}\``;
}
