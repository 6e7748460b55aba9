import { createHash } from "node:crypto";
import type { Comparison } from "./comparison.ts";
import { shown } from "./comparison.ts";
import type { ActualApp } from "./actual.ts";
import type { ExpectedApp } from "./expected.ts";
import { rerun } from "./fixes.ts";
import { megabytes, milliseconds } from "./units.ts";

type Table = Record<string, unknown>;

/** Here the names are the user's own, so that one more is a difference; elsewhere Fly fills in defaults. */
const closed = new Set(["env", "processes", "checks"]);
/** Compared by what runs, which is what another image would change. */
const ignored = new Set(["build"]);
/** What tells the entries of a list apart. */
const identities = ["guest_path", "source", "processes"];

/** The last release's fly.toml against the deployed one, setting by setting: what ours says, and no more. */
export function compareConfig(stack: string, expected: ExpectedApp, actual: ActualApp): Comparison[] {
  if (expected.config === undefined || actual.config === undefined) return [];
  const fix = rerun(stack, expected.steps, "deployment");
  return settings("", expected.config, actual.config).map(([path, wanted, found]) => ({
    app: expected.app,
    what: `config ${path}`,
    expected: wanted,
    actual: found,
    fix,
  }));
}

type Setting = [path: string, expected: string, actual: string];

/** Every setting of `expected` beside that of `actual`, each in one way of writing. */
function settings(path: string, expected: unknown, actual: unknown): Setting[] {
  if (isTable(expected)) {
    const other = isTable(actual) ? actual : Array.isArray(actual) && isTable(actual[0]) ? actual[0] : {};
    const names = new Set([...Object.keys(expected), ...(closed.has(path) ? Object.keys(other) : [])]);
    return [...names]
      .filter((name) => path !== "" || !ignored.has(name))
      .flatMap((name) => settings(path === "" ? name : `${path}.${name}`, expected[name], other[name]));
  }
  if (Array.isArray(expected) && expected.some(isTable)) return entries(path, expected.filter(isTable), actual);
  return [[path, written(path, expected), written(path, actual)]];
}

/** The entries of a list, paired by what names them. */
function entries(path: string, expected: readonly Table[], actual: unknown): Setting[] {
  const named = (list: readonly unknown[]): Map<string, Table> =>
    new Map(list.filter(isTable).map((entry, index) => [nameOf(entry, index), entry]));
  const ours = named(expected);
  const theirs = named(Array.isArray(actual) ? actual : [actual]);
  return [
    ...[...ours].flatMap(([name, entry]) => settings(`${path}[${name}]`, entry, theirs.get(name))),
    ...[...theirs.keys()]
      .filter((name) => !ours.has(name))
      .map((name): Setting => [`${path}[${name}]`, "not set", "set"]),
  ];
}

function nameOf(entry: Table, index: number): string {
  const key = identities.find((each) => entry[each] !== undefined);
  return key === undefined ? String(index) : [entry[key]].flat().join("+");
}

/** A value in the one form in which equal ones are equal: `60s` and `1m0s` are, and `1gb` and `1024mb`. */
function written(path: string, value: unknown): string {
  if (value === undefined || value === null) return "not set";
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (isTable(value)) return "set";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (/^(env|processes)\.|raw_value$/.test(path)) return fingerprinted(text);
  if (path.endsWith("auto_stop_machines")) return { false: "off", true: "stop" }[text] ?? text;
  const size = /(memory|initial_size)$/.test(path) ? megabytes(value) : undefined;
  if (size !== undefined) return `${size} MB`;
  const duration = typeof value === "string" ? milliseconds(value) : undefined;
  return duration === undefined ? shown(text) : `${duration / 1000} s`;
}

/** A text that is too long to show, so that two of the same beginning still differ. */
function fingerprinted(text: string): string {
  const line = shown(text);
  return line === text ? text : `${line} (${createHash("sha256").update(text).digest("hex").slice(0, 8)})`;
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
