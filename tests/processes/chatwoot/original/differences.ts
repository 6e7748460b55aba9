/** What an answer is compared by: never by its values, except for errors. */
export interface Recorded {
  name: string;
  status: number;
  type: string;
  /** Path of a redirect; `*` stands for anything. */
  location?: string;
  disposition?: string;
  /** Types of the JSON by key; an array lists the types of its elements. */
  shape?: Shape;
  /** The JSON of an error. */
  body?: unknown;
}

export type Shape = string | Shape[] | { [key: string]: Shape };

export function shapeOf(value: unknown): Shape {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

/** `payload[].name:string`, each once. */
function leaves(shape: Shape, path = ""): string[] {
  if (typeof shape === "string") return [`${path}:${shape}`];
  if (Array.isArray(shape))
    return shape.length === 0 ? [`${path}:[]`] : [...new Set(shape.flatMap((each) => leaves(each, `${path}[]`)))];
  const entries = Object.entries(shape);
  if (entries.length === 0) return [`${path}:{}`];
  return entries.flatMap(([key, each]) => leaves(each, path === "" ? key : `${path}.${key}`));
}

/** Each difference as a line: `-` for what only the original has, `+` for what only the stand-in has. */
export function differences(original: Recorded, standIn: Recorded): string[] {
  const lines: string[] = [];
  const compare = (what: string, before: unknown, after: unknown): void => {
    if (JSON.stringify(before) !== JSON.stringify(after))
      lines.push(`${what}: -${JSON.stringify(before)} +${JSON.stringify(after)}`);
  };
  compare("status", original.status, standIn.status);
  compare("type", original.type, standIn.type);
  compare("disposition", original.disposition, standIn.disposition);
  compare("body", original.body, standIn.body);
  const [start = "", rest] = (original.location ?? "").split("*");
  if (rest === undefined || standIn.location?.startsWith(start) !== true)
    compare("location", original.location, standIn.location);
  const [before, after] = [original, standIn].map(({ shape }) => (shape === undefined ? [] : leaves(shape)));
  lines.push(...before!.filter((each) => !after!.includes(each)).map((each) => `-${each}`));
  lines.push(...after!.filter((each) => !before!.includes(each)).map((each) => `+${each}`));
  return lines;
}
