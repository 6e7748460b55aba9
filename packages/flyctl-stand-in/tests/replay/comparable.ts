/** What is flyctl's own in an output: JSON by its keys and types, text by its lines, without ids, times and addresses. */
export function comparable(text: string): unknown {
  const documents = parsed(text);
  return documents === undefined ? linesOf(text) : documents.map(shapeOf).reduce(joined);
}

/** One JSON document, or several after each other, as `logs --json` prints them. */
function parsed(text: string): unknown[] | undefined {
  try {
    const values = text.split(/(?<=^\})\n(?=\{)/m).map((part): unknown => JSON.parse(part));
    return values.every((value) => typeof value === "object") ? values : undefined;
  } catch {
    return undefined;
  }
}

/** Keys and types. Objects by generated keys, such as machine ids, and the items of a list have one shape together. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.map(shapeOf).reduce(joined)];
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  const entries = Object.entries(value).map(([key, item]) => [withoutIds(key), shapeOf(item)] as const);
  const byKey = Map.groupBy(entries, ([key]) => key);
  return Object.fromEntries(
    [...byKey].map(([key, same]) => [key, same.map(([, shape]) => shape).reduce(joined)] as const).sort(),
  );
}

function joined(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === 0 ? other : one;
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return Object.fromEntries(
      keys.map((key) => [key, key in one && key in other ? joined(one[key], other[key]) : (one[key] ?? other[key])]),
    );
  }
  return one === "null" ? other : one;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Sorted, and each once: machines are updated side by side, and waits repeat their lines. */
function linesOf(text: string): string[] {
  const lines = withoutIds(text)
    .split("\n")
    // Widths of tables follow their longest cell.
    .map((line) => line.replaceAll(/\s+/g, " ").trim())
    .filter((line) => line !== "");
  return [...new Set(lines)].sort();
}

const replacements: [RegExp, string][] = [
  // eslint-disable-next-line no-control-regex -- colours
  [/\u001b\[\d+m/g, ""],
  [/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, "TIME"],
  [/\b(just now|\d+[smhd]\d* ago|[\d.]+(ms|s|m)( ago)?)(?= |$|\n)/g, "AGE"],
  // Whether an image has its digest is up to Fly.
  [/@sha256:[0-9a-f]{64}/g, ""],
  [/\bimg[_-][0-9a-z]+/g, "img-ID"],
  [/Request ID: [\w-]+/g, "Request ID: ID"],
  // The order of the process groups is not fixed.
  [/\[\d+\/(\d+)\]/g, "[N/$1]"],
  [/"id":"[0-9a-z_]+"/g, '"id":"ID"'],
  [/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, "INSTANCE"],
  [/\b[a-z]+-[a-z]+-[0-9a-f]{4}\b/g, "NAME"],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{14}\b/g, "MACHINE"],
  [/\b(fdaa|2001|2a09)(:[0-9a-f]*)+/g, "ADDRESS"],
  [/^( ID +│ )\w+ *$/gm, "$1ID"],
  [/\b\d{1,3}(\.\d{1,3}){3}\b/g, "ADDRESS"],
  [/\b(tid|tsec)_[0-9a-zA-Z_]+/g, "KEY"],
  // What Fly's servers say of a check and of a failed update.
  [/(│ (?:passing|critical|warning) +│ AGE +│) .*/g, "$1 OUTPUT"],
  [/(failed to update VM \S+): .*/g, "$1: REASON"],
  [/redis:\/\/\S+/g, "redis://ADDRESS"],
  [/\/tmp\/\S+\/(?=[\w.-]+)/g, "/tmp/"],
];

function withoutIds(text: string): string {
  return replacements.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text);
}
