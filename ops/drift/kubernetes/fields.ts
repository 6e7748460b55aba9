import { canonicalQuantity } from "pulumi-embedded-engine/providers/kubernetes";
import { hideInLogs } from "../../logs/hide.ts";
import { shown } from "../comparison.ts";
import { isFields, isSealed, type Fields } from "./recorded.ts";

/** One field that was compared, both values in one way of writing. */
export type FieldPair = [path: string, expected: string, actual: string];

/** Names that belong to users, so that one more is a difference; elsewhere the API server fills in defaults. */
const closed = /^(data|binaryData)$/;
/** Where another writing means the same: Secrets take text and give back base64. */
const ignored = /^(apiVersion|kind|stringData|metadata\.(name|namespace)|metadata\.annotations\.pulumi\.com\/.*)$/;

/**
 * Every field that the program asked for beside that of the live object, and no more. `skip` are paths that somebody else
 * may set, such as an autoscaler.
 */
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
  return [[path, written(expected), written(actual, expected)]];
}

/** The entries of a list, paired by their names where each has one of its own, otherwise in their order. */
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
      // One row for what is not there at all, not one for each of its fields.
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

/** The API server leaves out what says nothing, and writes 1024Mi as 1Gi: what means the same as `like` is written as it. */
function written(value: unknown, like?: unknown): string {
  const text = plain(value);
  const other = like === undefined ? text : plain(like);
  if (text === other) return text;
  if (typeof like === "string" && canonicalQuantity(text) === canonicalQuantity(other)) return other;
  return hideInLogs(text);
}

function plain(value: unknown): string {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return "not set";
  if (Array.isArray(value)) return value.length === 0 ? "not set" : value.map(plain).join(", ");
  if (isFields(value)) return Object.keys(value).length === 0 ? "not set" : "set";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A path as people say it: `chatwoot-web image` for that of a container. */
export function spoken(path: string): string {
  return path
    .replace(/^spec\.(jobTemplate\.spec\.)?template\./, "pods ")
    .replace(/^pods spec\.(initContainers|containers)\[([^\]]+)\]\.?/, "$2 ")
    .replace(/^(spec|metadata)\./, "")
    .trim();
}

/** Values for a table: long ones by their beginning, and told apart where that is the same. */
export function pairShown([path, expected, actual]: FieldPair): FieldPair {
  const [one, two] = [shown(expected), shown(actual)];
  if (expected === actual || one !== two) return [path, one, expected === actual ? one : two];
  return [path, `${one} (${expected.length} characters)`, `${two} (${actual.length} characters, others)`];
}
