import { hideInLogs } from "../logs/hide.ts";
import type { DeadLetterError, Span } from "./measure.ts";
import type { Check, State } from "./verdict.ts";
import { wrap } from "../../lib/wrap.ts";
import { minuteUtc } from "./words.ts";

const marks: Record<State, string> = { ok: "ok", wrong: "FAILED", unknown: "?" };
const columns = { mark: 7, name: 14 };
const width = 80;

export interface CheckReport {
  name: string;
  /** Flags that select the same pipeline. */
  flags: string;
  stack: string | undefined;
  span: Span;
  minutes: number;
  checks: readonly Check[];
  errors: readonly DeadLetterError[];
  healthy: boolean;
}

/** Formats for 80 columns, readable without colour. */
export function formatCheck({ name, flags, stack, span, minutes, checks, errors, healthy }: CheckReport): string {
  const indent = 2 + columns.mark + columns.name;
  const lines = checks.map(({ name: check, state, found }) => {
    const label = `  ${marks[state].padEnd(columns.mark)}${check.padEnd(columns.name)}`;
    const text = found.split("\n").flatMap((line) => wrap(line, width - indent));
    return label + text.join(`\n${" ".repeat(indent)}`);
  });
  const reasons = errors.map(({ error, count }) => `    ${String(count).padStart(4)} x ${cut(shown(error), 70)}`);
  return [
    `${name}: support pipeline, ${minutes} minutes up to ${minuteUtc(span.to)}`,
    ...lines,
    ...(reasons.length > 0 ? ["  Dead letters by their last error:", ...reasons] : []),
    healthy ? "All checks passed." : nextStep(checks, flags, stack),
  ].join("\n");
}

/** The consumer's error text can contain line breaks and secrets. */
function shown(error: string): string {
  return hideInLogs(error.replaceAll(/\s+/g, " ").trim());
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

function nextStep(checks: readonly Check[], flags: string, stack: string | undefined): string {
  const wrong = (name: Check["name"]): boolean =>
    checks.some((check) => check.name === name && check.state === "wrong");
  if (wrong("schema")) return `Migrate the tables: npm run ops -- pipeline migrate${flags}`;
  if (wrong("success rate") || wrong("dead letters") || wrong("response"))
    return [
      "Read the consumer's logs. To stop deliveries meanwhile:",
      ...(stack === undefined
        ? ["  set chatwoot:support.webhookEnabled to false and run pulumi up"]
        : [
            `  pulumi config set --path chatwoot:support.webhookEnabled false --stack ${stack}`,
            `  pulumi up --stack ${stack}`,
          ]),
    ].join("\n");
  if (checks.some(({ found }) => found.includes("without success or durationMs")))
    return "Fix the consumer: the value of a fact must have success (true or false) and durationMs.";
  return "There are too few deliveries to judge: send a message, or use --allow-quiet.";
}
