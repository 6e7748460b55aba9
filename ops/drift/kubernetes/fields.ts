import { quantityNumber } from "../../../lib/quantity.ts";
import { hideInLogs } from "../../logs/hide.ts";
import { shown } from "../comparison.ts";
import { isFields, isSealed, type Fields } from "./recorded.ts";

/** A compared field, both values normalized, and the JSON pointer of an entry that the program does not have. */
export type FieldPair = [path: string, expected: string, actual: string, added?: Added];

export interface Added {
  pointer: string;
  /** The entry's name, for an entry of a list. */
  name?: string;
}

/** Objects in which an additional name is a difference; in others the API server adds defaults. */
const closed = /^(data|binaryData)$/;
/** Fields that the API server returns in another form, such as stringData. */
const ignored = /^(apiVersion|kind|stringData|metadata\.(name|namespace)|metadata\.annotations\.pulumi\.com\/.*)$/;

/** Pairs the recorded fields with the live ones. `skip` lists paths that others set, such as an autoscaler. */
export function comparedFields(expected: Fields, actual: Fields, skip: readonly string[] = []): FieldPair[] {
  return compare("", expected, actual, skip, "");
}

function compare(
  path: string,
  expected: unknown,
  actual: unknown,
  skip: readonly string[],
  pointer: string,
): FieldPair[] {
  if (isSealed(expected) || ignored.test(path) || skip.includes(path)) return [];
  if (isFields(expected)) {
    const other = isFields(actual) ? actual : {};
    const names = new Set([...Object.keys(expected), ...(closed.test(path) ? Object.keys(other) : [])]);
    return [...names].flatMap((name) => {
      const [inner, to] = [path === "" ? name : `${path}.${name}`, `${pointer}/${escaped(name)}`];
      const pairs = compare(inner, expected[name], other[name], skip, to);
      return closed.test(path) && !(name in expected) ? pairs.map((pair) => addedAt(pair, { pointer: to })) : pairs;
    });
  }
  if (Array.isArray(expected) && expected.some(isFields)) return compareList(path, expected, actual, skip, pointer);
  return [[path, normalized(expected), normalized(actual, expected)]];
}

/** Pairs the entries of a list by name if names are unique, otherwise by index. */
function compareList(
  path: string,
  expected: readonly unknown[],
  actual: unknown,
  skip: readonly string[],
  pointer: string,
): FieldPair[] {
  const theirs: readonly unknown[] = Array.isArray(actual) ? actual : [];
  const keyed = hasNames(expected) && hasNames(theirs);
  const key = (entry: unknown, index: number): string => (keyed ? String((entry as Fields)["name"]) : String(index));
  const found = new Map(theirs.map((entry, index) => [key(entry, index), { entry, to: `${pointer}/${index}` }]));
  const ours = new Set(expected.map(key));
  return [
    ...expected.flatMap((entry, index) => {
      const name = key(entry, index);
      // One row for a missing entry instead of one per field.
      const live = found.get(name);
      if (live === undefined) return [[`${path}[${name}]`, "set", "not set"] satisfies FieldPair];
      return compare(`${path}[${name}]`, entry, live.entry, skip, live.to);
    }),
    ...[...found]
      .filter(([name]) => !ours.has(name))
      .map(([name, { to }]): FieldPair => {
        const added = { pointer: to, ...(keyed ? { name } : {}) };
        return [`${path}[${name}]`, "not set", "set", added];
      }),
  ];
}

const addedAt = ([path, expected, actual]: FieldPair, added: Added): FieldPair => [path, expected, actual, added];

/** A token of a JSON pointer. */
export const escaped = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");

function hasNames(list: readonly unknown[]): boolean {
  const names = list.map((entry) => (isFields(entry) ? entry["name"] : undefined));
  return names.every((name) => typeof name === "string") && new Set(names).size === names.length;
}

/** The API server omits empty values and normalizes quantities (1024Mi is 1Gi): equal values are written as `like`. */
function normalized(value: unknown, like?: unknown): string {
  const text = plain(value);
  const other = like === undefined ? text : plain(like);
  if (text === other) return text;
  if (typeof like === "string" && isSameQuantity(text, other)) return other;
  return hideInLogs(text);
}

function isSameQuantity(one: string, other: string): boolean {
  const number = quantityNumber(one);
  return number !== undefined && number === quantityNumber(other);
}

function plain(value: unknown): string {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return "not set";
  if (Array.isArray(value)) return value.length === 0 ? "not set" : value.map(plain).join(", ");
  if (isFields(value)) return Object.keys(value).length === 0 ? "not set" : "set";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Shortens a path: `chatwoot-web image` for the image of a container. */
export function shortPath(path: string): string {
  return path
    .replace(/^spec\.(jobTemplate\.spec\.)?template\./, "pods ")
    .replace(/^pods spec\.(initContainers|containers)\[([^\]]+)\]\.?/, "$2 ")
    .replace(/^(spec|metadata)\./, "")
    .trim();
}

/** Shortens values for a table; equal beginnings are distinguished by length. */
export function pairShown([path, expected, actual, ...added]: FieldPair): FieldPair {
  const [one, two] = [shown(expected), shown(actual)];
  if (expected === actual || one !== two) return [path, one, expected === actual ? one : two, ...added];
  return [path, `${one} (${expected.length} characters)`, `${two} (${actual.length} characters, different)`, ...added];
}
