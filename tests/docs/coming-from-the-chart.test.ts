import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");
const chart = join(root, "sandbox/chart");

/** The paths of every value; of an empty map or a list, its own. */
function leaves(value: unknown, path = ""): string[] {
  const entries = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [];
  return entries.length === 0
    ? [path]
    : entries.flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`));
}

/** What the templates of chart 2.0.23 read besides; values.yaml does not name them. */
const readByTemplates = [
  "ingress.ingressClassName",
  ...["auth.existingSecret", "auth.secretKeys.adminPasswordKey", "fullnameOverride"].map((key) => `postgresql.${key}`),
  ...["postgresqlHost", "postgresqlPort"].map((key) => `postgresql.${key}`),
  ...["host", "port", "password", "existingSecret", "existingSecretKey", "existingSecretPasswordKey"].map(
    (key) => `redis.${key}`,
  ),
  ...["auth.existingSecret", "auth.existingSecretPasswordKey", "sentinel.masterSet", "fullnameOverride"].map(
    (key) => `redis.${key}`,
  ),
];
const values = leaves(parse(readFileSync(join(chart, "values.yaml"), "utf8"))).map((path) =>
  path.replace(/^env\./, ""),
);
const known = [...values, ...readByTemplates];

const rows = readFileSync(join(root, "docs/kubernetes/coming-from-the-chart.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| --"))
  .map((line) => line.split(" | ").map((cell) => cell.replaceAll(/^\| | \|$/g, "").trim()));
/** The values that rows name; the first row of a table is its heading. */
const names = rows.flatMap(([cell]) =>
  [...cell!.matchAll(/`([A-Za-z0-9_.*]+)(: (true|false))?`/g)].map(([, name]) => name!),
);

const covers = (name: string, value: string): boolean =>
  name === value || (name.endsWith(".*") && value.startsWith(name.slice(0, -1)));

test("every value of the chart has a row, and no row is empty", () => {
  expect(values.length).toBe(119);
  expect(known.filter((value) => !names.some((name) => covers(name, value)))).toEqual([]);
  expect(rows.filter((cells) => cells.length !== 2 || cells.some((cell) => cell === ""))).toEqual([]);
});

test("every row names values of the chart", () => {
  expect(names.filter((name) => !known.some((value) => covers(name, value)))).toEqual([]);
});
