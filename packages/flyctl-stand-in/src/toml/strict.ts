import { isTable } from "./decode.ts";
import { configShape, type Shape } from "./schema.ts";

/** The unknown keys, in the format of `config validate --strict`. */
export function unrecognizedKeys(raw: unknown): readonly string[] {
  if (!isTable(raw) || configShape.kind !== "object") return [];
  const { fields } = configShape;
  return Object.entries(raw).flatMap(([key, value]) => {
    const shape = fields[key];
    return shape === undefined ? [`  - ${key}`] : within(value, shape, key);
  });
}

function within(value: unknown, shape: Shape, path: string): readonly string[] {
  if (shape.kind === "list" && Array.isArray(value)) {
    return value.flatMap((item, index) => within(item, shape.of, `${path}[${index}]`));
  }
  if (!isTable(value)) return [];
  if (shape.kind === "map")
    return Object.entries(value).flatMap(([key, item]) => within(item, shape.of, `${path}.${key}`));
  if (shape.kind !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const field = (shape.unlisted ?? []).includes(key) ? undefined : shape.fields[key];
    return field === undefined ? [`  - ${path}.${key}`] : within(item, field, `${path}.${key}`);
  });
}
