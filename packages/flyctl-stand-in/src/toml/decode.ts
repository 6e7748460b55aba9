import { formatGoDuration, parseGoDuration } from "../cli/durations.ts";
import { configShape, type Shape } from "./schema.ts";
import type { FlyConfig } from "./types.ts";

/** Reads the patched tables by their types. Unknown keys are dropped, a wrong type is an error. */
export const decodeConfig = (raw: unknown): FlyConfig => decode(raw, configShape, "") ?? {};

function decode(value: unknown, shape: Shape, path: string): unknown {
  if (value === null || value === undefined) return undefined;
  const refuse = (wanted: string): Error => {
    const field = path === "" ? "" : ` field Config.${path}`;
    return new Error(`json: cannot unmarshal ${jsonKind(value)} into Go struct${field} of type ${wanted}`);
  };
  switch (shape.kind) {
    case "anything":
      return value;
    case "string":
      if (typeof value === "string") return value;
      throw refuse("string");
    case "bool":
      if (typeof value === "boolean") return value;
      throw refuse("bool");
    case "number":
      if (typeof value === "number") return value;
      throw refuse("float64");
    case "integer":
      if (typeof value === "number" && Number.isInteger(value)) return value;
      throw refuse("int");
    case "duration":
      return decodeDuration(value);
    case "autostop":
      return decodeAutostop(value);
    case "list":
      if (!Array.isArray(value)) throw refuse("[]slice");
      return value.map((item) => decode(item, shape.of, path));
    case "map":
      if (!isTable(value)) throw refuse("map");
      return entries(value, () => shape.of, path);
    case "object":
      if (!isTable(value)) throw refuse("struct");
      return entries(value, (key) => shape.fields[key], path);
  }
}

function entries(table: Table, shapeOf: (key: string) => Shape | undefined, path: string): Table {
  const found: Table = {};
  for (const [key, value] of Object.entries(table)) {
    const shape = shapeOf(key);
    const decoded = shape === undefined ? undefined : decode(value, shape, path === "" ? key : `${path}.${key}`);
    if (decoded !== undefined) found[key] = decoded;
  }
  return found;
}

/** A number without a unit is in nanoseconds. */
function decodeDuration(value: unknown): number {
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value !== "string") throw new Error(`Unknown duration type: ${jsonKind(value)}`);
  const parsed = parseGoDuration(value);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.nanoseconds;
}

function decodeAutostop(value: unknown): string {
  if (typeof value === "boolean") return value ? "stop" : "off";
  if (value === "off" || value === "stop" || value === "suspend") return value;
  throw new Error(`invalid autostop string value "${String(value)}"`);
}

/** The config as flyctl writes it back: durations as text, automatic stops as booleans. */
export function encodeConfig(config: FlyConfig): Record<string, unknown> {
  return encode(config, configShape) as Record<string, unknown>;
}

function encode(value: unknown, shape: Shape): unknown {
  if (shape.kind === "duration") return formatGoDuration(Number(value));
  if (shape.kind === "autostop") return value === "suspend" ? value : value === "stop";
  if (shape.kind === "list" && Array.isArray(value)) return value.map((item) => encode(item, shape.of));
  if (!isTable(value) || (shape.kind !== "object" && shape.kind !== "map")) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const inner = shape.kind === "map" ? shape.of : shape.fields[key];
      return [key, inner === undefined ? item : encode(item, inner)];
    }),
  );
}

export type Table = Record<string, unknown>;

export const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
