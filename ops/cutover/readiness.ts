import type { CheckResult } from "../health/check.ts";
import { checklist, type Item } from "./checklist.ts";
import type { Findings } from "./findings.ts";

export interface Line extends Pick<Item, "section" | "task" | "owner"> {
  state: "ready" | "missing" | "by hand";
  /** The finding or the manual check, without a full stop. */
  found: string;
  /** The fix, without a full stop. */
  next?: string;
}

/** Fills in the checklist. A skipped finding makes its line manual. */
export function judgeReadiness(findings: Findings, stack: string, items: readonly Item[] = checklist): Line[] {
  return items.map(({ section, task, owner, by, manual }) => {
    const line = { section, task, owner };
    if (by === undefined) return { ...line, state: "by hand", found: (manual ?? "").replaceAll("STACK", stack) };
    const results = by.flatMap((key) => resultsOf(findings, key));
    const failure = results.find(({ state }) => state === "failed");
    if (failure !== undefined) {
      const isOneOfMany = results.length > 1 && failure.name !== "whole";
      const where = isOneOfMany ? `${failure.name}: ` : "";
      return {
        ...line,
        state: "missing",
        found: `${where}${failure.detail}`,
        ...(failure.next ? { next: failure.next } : {}),
      };
    }
    const skipped = results.find(({ state }) => state === "skipped");
    if (skipped !== undefined)
      return { ...line, state: "by hand", found: manual?.replaceAll("STACK", stack) ?? skipped.detail };
    return { ...line, state: "ready", found: summary(results) };
  });
}

/** Findings are the same on every stack, so an unknown key is a bug. */
function resultsOf(findings: Findings, key: string): CheckResult[] {
  const [group = "", name] = key.split(":");
  const whole = findings.get(`${group}:whole`);
  if (whole !== undefined) return [whole];
  if (name === "*") return [...findings].filter(([each]) => each.startsWith(`${group}:`)).map(([, result]) => result);
  const found = findings.get(key);
  if (found === undefined) throw new Error(`cutover: unknown finding ${key}`);
  return [found];
}

function summary(results: readonly CheckResult[]): string {
  return results.length > 4
    ? `all ${results.length} steps passed`
    : [...new Set(results.map(({ detail }) => detail))].join("; ");
}

export function countStates(lines: readonly Line[]): Record<Line["state"], number> {
  const count = (state: Line["state"]) => lines.filter((line) => line.state === state).length;
  return { ready: count("ready"), missing: count("missing"), "by hand": count("by hand") };
}
