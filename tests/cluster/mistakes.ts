import type { Props } from "pulumi-embedded-engine";

export interface Mistake {
  what: string;
  object: Props;
  /** Whether the mistake is an omission. */
  missing: boolean;
}

type Path = readonly (string | number)[];

/** These fields identify the object to the server, so the schema does not check them. */
const identity = new Set(["apiVersion", "kind", "metadata", "metadata.name", "metadata.namespace"]);

/**
 * An object with one mistake at a time: an unknown field in each of its objects, the wrong type for each of its values,
 * and each of its fields omitted. One item represents a list.
 */
export function* mistakes(object: Props): Generator<Mistake> {
  const seen = new Set<string>();
  for (const { path, value } of places(object, [])) {
    const name = path.map((part) => (typeof part === "number" ? "[]" : part)).join(".");
    if (seen.has(name)) continue;
    seen.add(name);
    if (isObject(value)) yield planted(`${name} + planted`, object, [...path, "planted"], true);
    if (path.length === 0 || identity.has(name)) continue;
    yield planted(`${name} of another type`, object, path, otherType(value));
    if (typeof path.at(-1) === "string")
      yield { ...planted(`${name} left out`, object, path, undefined), missing: true };
  }
}

function* places(value: unknown, path: Path): Generator<{ path: Path; value: unknown }> {
  yield { path, value };
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* places(item, [...path, i]);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* places(item, [...path, key]);
}

function otherType(value: unknown): unknown {
  return typeof value === "object" ? "planted" : { planted: true };
}

function planted(what: string, object: Props, path: Path, value: unknown): Mistake {
  const copy = structuredClone(object);
  const last = path.at(-1)!;
  const place = path.slice(0, -1).reduce<Props>((inner, key) => inner[key] as Props, copy);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return { what, object: copy, missing: false };
}

function isObject(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
