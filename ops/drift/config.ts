import { createHash } from "node:crypto";
import { markVariable } from "../../components/driver/release-mark.ts";
import type { Comparison } from "./comparison.ts";
import { shown } from "./comparison.ts";
import type { ActualApp } from "./actual.ts";
import type { ExpectedApp } from "./expected.ts";
import { rerun } from "./fixes.ts";
import { megabytes, milliseconds } from "./units.ts";

type Table = Record<string, unknown>;

/** Tables in which an additional name is a difference; in others Fly adds defaults. */
const closed = new Set(["env", "processes", "checks"]);
/** The image is compared on the machines; a release adds its mark. */
const ignored = new Set(["build", `env.${markVariable}`]);
/** Keys that identify the entries of a list. */
const identities = ["guest_path", "source", "processes"];

/** Compares the deployed fly.toml with that of the last release, for the settings that the deployment sets. */
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

/** Pairs the settings, normalized. */
function settings(path: string, expected: unknown, actual: unknown): Setting[] {
  if (isTable(expected)) {
    const other = isTable(actual) ? actual : Array.isArray(actual) && isTable(actual[0]) ? actual[0] : {};
    const names = new Set([...Object.keys(expected), ...(closed.has(path) ? Object.keys(other) : [])]);
    return [...names]
      .map((name) => [name, path === "" ? name : `${path}.${name}`] as const)
      .filter(([, where]) => !ignored.has(where))
      .flatMap(([name, where]) => settings(where, expected[name], other[name]));
  }
  if (Array.isArray(expected) && expected.some(isTable)) return entries(path, expected.filter(isTable), actual);
  return [[path, normalized(path, expected), normalized(path, actual)]];
}

/** Pairs the entries of a list by their identity. */
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

/** Normalizes a value: `60s` equals `1m0s`, and `1gb` equals `1024mb`. */
function normalized(path: string, value: unknown): string {
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

/** Long texts with the same beginning still differ by their hash. */
function fingerprinted(text: string): string {
  const line = shown(text);
  return line === text ? text : `${line} (${createHash("sha256").update(text).digest("hex").slice(0, 8)})`;
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
