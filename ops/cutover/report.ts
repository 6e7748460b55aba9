import picocolors from "picocolors";
import { wrap } from "../../lib/wrap.ts";
import { countStates, type Line } from "./readiness.ts";

const words = { ready: "ready", missing: "MISSING", "by hand": "manual" } as const;
const indent = 10;

/** Formats for 80 columns, readable without colour. */
export function formatReadiness(lines: readonly Line[], { colour = false } = {}): string {
  const paint = picocolors.createColors(colour);
  const inks = { ready: paint.green, missing: paint.red, "by hand": paint.yellow } as const;
  let section = "";
  const text = lines.flatMap(({ section: each, task, owner, state, found, next }) => {
    const heading = each === section ? [] : [...(section === "" ? [] : [""]), paint.bold(each)];
    section = each;
    const below = [`${found}.`, ...(next === undefined ? [] : [`-> ${next}.`])];
    return [
      ...heading,
      `  ${inks[state](words[state].padEnd(8))}${task}${state === "ready" ? "" : ` (${owner})`}`,
      ...below.flatMap((part) => wrap(part, 80 - indent)).map((line) => `${" ".repeat(indent)}${line}`),
    ];
  });
  return [...text, "", formatCounts(lines)].join("\n");
}

function formatCounts(lines: readonly Line[]): string {
  const { ready, missing, "by hand": hand } = countStates(lines);
  return `Cut-over ${missing === 0 ? "READY" : "NOT READY"}: ${ready} ready, ${missing} missing, ${hand} manual`;
}

/** Markdown with check boxes for the manual tasks. */
export function readinessMarkdown(title: string, at: string, lines: readonly Line[]): string {
  const cell = (value: string) => value.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  const rows = lines.map(({ section, task, owner, state, found, next }) => {
    const box = state === "by hand" ? "☐ manual" : state === "ready" ? "☑ ready" : "☐ **missing**";
    const text = next === undefined ? found : `${found}. ${next}`;
    return `| ${section} | ${cell(task)} | ${owner} | ${box} | ${cell(text)} |`;
  });
  return [
    `# Cut-over of ${title}`,
    "",
    `${at}. ${formatCounts(lines)}.`,
    "",
    "| part | task | owner | state | finding or next step |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
