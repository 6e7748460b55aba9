import { quantityNumber } from "../../../lib/quantity.ts";
import { hideInLogs } from "../../logs/hide.ts";
import { shown } from "../comparison.ts";
import { isFields, isSealed, type Fields } from "./recorded.ts";

/** A compared field, both values normalized. */
export type FieldPair = [path: string, expected: string, actual: string];

/** Objects in which an additional name is a difference; in others the API server adds defaults. */
const closed = /^(data|binaryData)$/;
/** Fields that the API server returns in another form, such as stringData. */
const ignored = /^(apiVersion|kind|stringData|metadata\.(name|namespace)|metadata\.annotations\.pulumi\.com\/.*)$/;

/** Pairs the recorded fields with the live ones. `skip` lists paths that others set, such as an autoscaler. */
export function comparedFields(expected: Fields, actual: Fields, skip: readonly string[] = []): FieldPair[] {
  return compare("", expected, actual, skip);
}

function compare(path: string, expected: unknown, actual: unknown, skip: readonly string[]): FieldPair[] {
  if (isSealed(expected) || ignored.test(path) || skip.includes(path)) return [];
  if (isFields(expected)) {
    const other = isFields(actual) ? actual : {};
    const names = new Set([...Object.keys(expected), ...(closed.test(path) ? Object.keys(other) : [])]);
    return [...names].flatMap((name) =>
      compare(path === "" ? name : `${path}.${name}`, expected[name], other[name], skip),
    );
  }
  if (Array.isArray(expected) && expected.some(isFields)) return compareList(path, expected, actual, skip);
  return [[path, normalized(expected), normalized(actual, expected)]];
}

/** Pairs the entries of a list by name if names are unique, otherwise by index. */
function compareList(
  path: string,
  expected: readonly unknown[],
  actual: unknown,
  skip: readonly string[],
): FieldPair[] {
  const theirs: readonly unknown[] = Array.isArray(actual) ? actual : [];
  const keyed = hasNames(expected) && hasNames(theirs);
  const key = (entry: unknown, index: number): string => (keyed ? String((entry as Fields)["name"]) : String(index));
  const found = new Map(theirs.map((entry, index) => [key(entry, index), entry]));
  const ours = new Set(expected.map(key));
  return [
    ...expected.flatMap((entry, index) => {
      const name = key(entry, index);
      // One row for a missing entry instead of one per field.
      if (!found.has(name)) return [[`${path}[${name}]`, "set", "not set"] satisfies FieldPair];
      return compare(`${path}[${name}]`, entry, found.get(name), skip);
    }),
    ...[...found.keys()]
      .filter((name) => !ours.has(name))
      .map((name): FieldPair => [`${path}[${name}]`, "not set", "set"]),
  ];
}

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
export function pairShown([path, expected, actual]: FieldPair): FieldPair {
  const [one, two] = [shown(expected), shown(actual)];
  if (expected === actual || one !== two) return [path, one, expected === actual ? one : two];
  return [path, `${one} (${expected.length} characters)`, `${two} (${actual.length} characters, different)`];
}
