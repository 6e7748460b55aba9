import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readGoYaml } from "./go-yaml.ts";
import { parseProjectConfig, type ConfigType } from "./project-config.ts";
import { isObject, type Props, type Value } from "./values.ts";

/** A project's Pulumi.yaml, limited to the fields that the engine uses. */
export interface Project {
  dir: string;
  name: string;
  /** The program's entry, relative to `dir`. */
  main: string;
  /** Whether the SDK is to load TypeScript by itself; false where Node strips the types. */
  typescript: boolean;
  tsconfig?: string;
  nodeArgs: string[];
  /** The `config:` block: types, defaults and fixed values. */
  config: Record<string, ConfigType>;
}

/** Reads a project's Pulumi.yaml. */
export function loadProject(dir: string): Project {
  const folder = resolve(dir);
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`${folder}: no Pulumi.yaml. Run this in a project's folder.`);
  return parseProject(readFileSync(file, "utf8"), folder, file);
}

export function parseProject(text: string, dir: string, file: string): Project {
  const document: Value = readGoYaml(text);
  if (!isObject(document)) throw new Error(`${file}: not a mapping. Write at least \`name\` and \`runtime\`.`);
  const name = document["name"];
  if (typeof name !== "string" || name === "")
    throw new Error(`${file}: project is missing a 'name' attribute. Add it.`);
  const { runtime, options } = parseRuntime(document["runtime"]);
  if (runtime !== "nodejs") {
    throw new Error(`${file}: the sandbox engine does not support the runtime '${runtime}'. Use 'nodejs'.`);
  }
  return {
    dir,
    name,
    main: typeof document["main"] === "string" ? document["main"] : ".",
    typescript: options["typescript"] !== false,
    ...(typeof options["tsconfig"] === "string" ? { tsconfig: options["tsconfig"] } : {}),
    nodeArgs: typeof options["nodeargs"] === "string" ? splitWords(options["nodeargs"]) : [],
    config: parseProjectConfig(document["config"] ?? {}, name, file),
  };
}

function parseRuntime(runtime: Value): { runtime: string; options: Props } {
  if (!isObject(runtime)) return { runtime: String(runtime ?? ""), options: {} };
  return { runtime: String(runtime["name"] ?? ""), options: isObject(runtime["options"]) ? runtime["options"] : {} };
}

/** Splits words as a shell does, with quotes but without expansions. */
export function splitWords(text: string): string[] {
  const words = [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)];
  return words.map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
