import picocolors from "picocolors";
import { wrap } from "../../lib/wrap.ts";

export interface Finding {
  /** One or two words. */
  name: string;
  /** `unknown`: not reported, so not judged. */
  state: "ok" | "attention" | "unknown";
  /** The finding, without a full stop. */
  detail: string;
  /** The fix, without a full stop; ends with a command if there is one. */
  next?: string;
}

const words = { ok: "ok", attention: "WARN", unknown: "-" } as const;
const wordWidth = 4;
const nameWidth = 15;
const indent = wordWidth + nameWidth + 2;

export const good = (name: string, detail: string): Finding => ({ name, state: "ok", detail });
export const bad = (name: string, detail: string, next: string): Finding => ({
  name,
  state: "attention",
  detail,
  next,
});
export const unreported = (name: string): Finding => ({
  name,
  state: "unknown",
  detail: "not reported by this server",
});

export const isHealthy = (findings: readonly Finding[]): boolean =>
  findings.every(({ state }) => state !== "attention");

/** One line per finding, with the fix below one that needs attention. */
export function formatFindings(findings: readonly Finding[], { columns = 80, colour = false } = {}): string {
  const paint = picocolors.createColors(colour);
  const inks = { ok: paint.green, attention: paint.red, unknown: paint.dim } as const;
  return findings
    .flatMap(({ name, state, detail, next }) => {
      const text = [detail, ...(next === undefined ? [] : [`${next}.`])];
      const [first = "", ...rest] = text.flatMap((line) => wrap(line, columns - indent));
      return [
        `${inks[state](words[state].padEnd(wordWidth))} ${name.padEnd(nameWidth)} ${first}`,
        ...rest.map((line) => `${" ".repeat(indent)}${line}`),
      ];
    })
    .join("\n");
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
