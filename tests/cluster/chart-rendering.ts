import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { parse, parseAllDocuments, stringify } from "yaml";
import { projectFolder } from "../../lib/project-folder.ts";
import { buildTools } from "kubernetes-sandbox/tools";
import { toolCache } from "../../preview/tool-cache.ts";

export type Values = Record<string, unknown>;
/** Parsed YAML, whose shape the tests check. */
export type Manifest = ReturnType<typeof JSON.parse>;

/** The stand-in, or the chart in the folder in CHATWOOT_CHART: the tests also hold for the official chart. */
const chart = resolve(projectFolder, process.env["CHATWOOT_CHART"] ?? "sandbox/chart");

/** The chart rendered by a real helm without hooks, as the program's provider does. */
export async function openRendering() {
  const { helm } = await buildTools(toolCache);
  const folder = mkdtempSync(join(tmpdir(), "chart-rendering-"));
  let files = 0;

  async function template(values: Values): Promise<string> {
    const file = join(folder, `${files++}.yaml`);
    writeFileSync(file, stringify(values));
    const args = ["template", "chatwoot", chart, "--no-hooks", "-f", file];
    const { stdout, stderr, exitCode } = await execa(helm, args, { reject: false, timeout: 60_000 });
    if (exitCode !== 0) throw new Error(stderr);
    return stdout;
  }

  return {
    template,
    /** The chart's default values. */
    defaults: async (): Promise<Values> => parse((await execa(helm, ["show", "values", chart])).stdout) as Values,
    objects: async (values: Values): Promise<Manifest[]> =>
      parseAllDocuments(await template(values), { uniqueKeys: false })
        .map((document) => document.toJS())
        .filter((object) => object !== null),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Path = readonly string[];

/** Every leaf in a tree of values. */
export function leaves(values: Values, above: Path = []): { path: Path; value: unknown }[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = [...above, key];
    const isTree = typeof value === "object" && value !== null && !Array.isArray(value);
    return isTree && Object.keys(value).length > 0 ? leaves(value as Values, path) : [{ path, value }];
  });
}

/** Whether a tree of values has a path. */
export function has(values: Values, [key, ...rest]: Path): boolean {
  if (key === undefined) return true;
  const value = values[key];
  return rest.length === 0 ? key in values : typeof value === "object" && value !== null && has(value as Values, rest);
}

/** The same with another value at a path. A null restores the default. */
export function changed(values: Values, path: Path): Values {
  const [key, ...rest] = path as [string, ...string[]];
  const { [key]: value, ...others } = values;
  if (rest.length > 0) return { ...values, [key]: changed(value as Values, rest) };
  return value === null ? others : { ...values, [key]: another(value) };
}

function another(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return `${value}0`;
  throw new Error(`${JSON.stringify(value)} has no value that this test can change. Remove it.`);
}
