import { equal, isObject, mapValue, type Value } from "./values.ts";

/** A property path as Pulumi writes it: `spec.ports[0].name`, `data["a.b"]`, with `*` for every element. */
export type Path = (string | number)[];

export type ChangeKind = "add" | "delete" | "update";

export interface LeafChange {
  path: Path;
  kind: ChangeKind;
}

export function parsePath(text: string): Path {
  const path: Path = [];
  for (const match of text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\*|\d+)\]|([^.[\]]+)/g)) {
    const [, quoted, index, name] = match;
    if (quoted !== undefined) path.push(unquote(quoted));
    else if (index !== undefined) path.push(index === "*" ? "*" : Number(index));
    else path.push(name as string);
  }
  return path;
}

/** A quoted key: JSON as from `formatPath`, or Pulumi's form with a backslash before any character. */
function unquote(quoted: string): string {
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch {
    return quoted.replaceAll(/\\(.)/g, "$1");
  }
}

export function formatPath(path: Path): string {
  return path
    .map((element, i) => {
      if (typeof element === "number") return `[${element}]`;
      if (!/^[\w$-]+$/.test(element)) return `[${JSON.stringify(element)}]`;
      return i === 0 ? element : `.${element}`;
    })
    .join("");
}

/** Whether `path` equals `pattern` or is below it. */
export function pathContains(pattern: Path, path: Path): boolean {
  return pattern.length <= path.length && pattern.every((element, i) => element === "*" || element === path[i]);
}

/** The leaf-level differences of two plain values, in the order of `before`'s keys, then `after`'s. */
export function leafDiff(before: Value, after: Value, path: Path = []): LeafChange[] {
  if (equal(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => leafDiff(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, i) => leafDiff(before[i], after[i], [...path, i])).flat();
  }
  return [{ path, kind: before === undefined ? "add" : after === undefined ? "delete" : "update" }];
}

/** `to` with what `from` has at `path` (the rule of `ignoreChanges`). */
export function resetPath(to: Value, from: Value, path: Path): Value {
  const [head, ...rest] = path;
  if (head === undefined) return from;
  if (head === "*") {
    if (Array.isArray(to) && Array.isArray(from)) {
      return to.map((item, i) => (i < from.length ? resetPath(item, from[i], rest) : item));
    }
    if (!isObject(to) || !isObject(from)) return to;
    return mapValue(to, (item, key) => (key in from ? resetPath(item, from[key], rest) : item));
  }
  if (Array.isArray(to) && Array.isArray(from) && typeof head === "number") {
    return to.map((item, i) => (i === head ? resetPath(item, from[i], rest) : item));
  }
  if (isObject(to) && isObject(from)) {
    const { [head]: item, ...others } = to;
    const value = resetPath(item, from[head], rest);
    return value === undefined ? others : { ...to, [head]: value };
  }
  return to;
}
