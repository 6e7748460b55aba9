import { z } from "zod";
import { parseJson } from "../../lib/json.ts";

const line = z.object({
  timestamp: z.string(),
  level: z.string().default(""),
  /** Machine id; empty for messages of Fly. */
  instance: z.string().default(""),
  message: z.string(),
});

export type LogLine = z.output<typeof line>;

/** Parses `flyctl logs --json`: multi-line JSON objects. Skips text between them and a truncated last object. */
export function parseLogs(text: string): LogLine[] {
  return objectsIn(text).flatMap((object) => {
    const result = line.safeParse(parseJson(object));
    return result.success ? [result.data] : [];
  });
}

/** The outermost `{...}`, each at the start of a line; ignores braces in strings. */
function objectsIn(text: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  // A JSON string or a brace.
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
  since: Date;
  /** Process group. */
  group?: string | undefined;
}

/** Filters and sorts lines, oldest first. `groups` is by machine id. */
export function chooseLines(lines: readonly LogLine[], groups: ReadonlyMap<string, string>, choice: Choice): LogLine[] {
  const { since, group } = choice;
  return lines
    .filter(({ timestamp }) => !(Date.parse(timestamp) < since.getTime()))
    .filter(({ instance }) => group === undefined || groups.get(instance) === group)
    .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
}
