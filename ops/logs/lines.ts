import { z } from "zod";
import { parseJson } from "../../lib/json.ts";

const line = z.object({
  timestamp: z.string(),
  level: z.string().default(""),
  /** Id of the machine; empty for what Fly itself says. */
  instance: z.string().default(""),
  message: z.string(),
});

export type LogLine = z.output<typeof line>;

/**
 * The lines that `flyctl logs --json` prints: JSON objects one after the other, over several lines each. What is between
 * them, such as a warning, and a last one that was cut off are left out.
 */
export function parseLogs(text: string): LogLine[] {
  return objectsIn(text).flatMap((object) => {
    const result = line.safeParse(parseJson(object));
    return result.success ? [result.data] : [];
  });
}

/** The outermost `{...}` of a text, each at the beginning of a line; braces inside of strings do not count. */
function objectsIn(text: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  // A string, or a brace: inside of objects, strings are JSON's.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}]/g)) {
    if (token === "{" && (depth > 0 || beginsLine(text, index)) && depth++ === 0) start = index;
    if (token === "}" && depth > 0 && --depth === 0) objects.push(text.slice(start, index + 1));
  }
  return objects;
}

function beginsLine(text: string, index: number): boolean {
  return index === 0 || text[index - 1] === "\n" || text[index - 1] === "}";
}

export interface Choice {
  /** Nothing older than this. */
  since: Date;
  /** Only machines of this process group. */
  group?: string | undefined;
}

/** The chosen lines, from the oldest to the newest. `groups` is by machine id. */
export function chooseLines(lines: readonly LogLine[], groups: ReadonlyMap<string, string>, choice: Choice): LogLine[] {
  const { since, group } = choice;
  return lines
    .filter(({ timestamp }) => !(Date.parse(timestamp) < since.getTime()))
    .filter(({ instance }) => group === undefined || groups.get(instance) === group)
    .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
}
