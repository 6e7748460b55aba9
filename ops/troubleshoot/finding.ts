import picocolors from "picocolors";
import { wrap } from "../health/report.ts";

/** One thing that was looked at. */
export interface Finding {
  /** One or two words. */
  name: string;
  /** `unknown`: it was not told, so nothing is said against it. */
  state: "ok" | "attention" | "unknown";
  /** What was found, without a full stop. */
  detail: string;
  /** What to do about it, without a full stop; ends with the command to type where there is one. */
  next?: string;
}

const words = { ok: "ok", attention: "LOOK", unknown: "-" } as const;
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
export const untold = (name: string): Finding => ({ name, state: "unknown", detail: "not told by this server" });

export const isWell = (findings: readonly Finding[]): boolean => findings.every(({ state }) => state !== "attention");

/** One line for each, and below one that wants attention what to do; no line is longer than 80 unless a command is. */
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
