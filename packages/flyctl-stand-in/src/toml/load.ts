import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { FlyError } from "../cli/errors.ts";
import { decodeConfig, isTable, type Table } from "./decode.ts";
import { patchConfig } from "./patch.ts";
import type { FlyConfig } from "./types.ts";

export interface LoadedConfig {
  readonly path: string;
  readonly appName: string;
  readonly config: FlyConfig;
  /** The tables after the patches, for `--strict`. */
  readonly raw: Table;
  /** Why the config is invalid. Most commands ignore it; deploy and validate do not. */
  readonly problem: string;
}

/** The config file of a command: the given path, or fly.toml, fly.json or fly.yaml in the working folder. */
export function findConfigFile(path: string): LoadedConfig | undefined {
  const candidates = path === "" ? ["fly.toml", "fly.json", "fly.yaml"] : [path, join(path, "fly.toml")];
  const found = candidates.find((each) => existsSync(each) && statSync(each).isFile());
  if (found !== undefined) return loadConfig(found);
  if (path === "") return undefined;
  throw new FlyError(`config file not found at specified path: ${path} (also tried: ${join(path, "fly.toml")})`);
}

function loadConfig(path: string): LoadedConfig {
  const tables = parseFile(path, readFileSync(path, "utf8"));
  return understand(path, tables);
}

/** Reads the tables of a config file. The app's name is read even if another field has a wrong type. */
export function understand(path: string, tables: Table): LoadedConfig {
  const appName = typeof tables.app === "string" ? tables.app : "";
  try {
    const raw = patchConfig(tables);
    return { path, appName, config: decodeConfig(raw), raw, problem: "" };
  } catch (error) {
    return { path, appName, config: { app: appName }, raw: tables, problem: (error as Error).message };
  }
}

function parseFile(path: string, text: string): Table {
  try {
    const parsed: unknown = path.endsWith(".json") ? JSON.parse(text) : parseTomlOrYaml(path, text);
    return isTable(parsed) ? parsed : {};
  } catch (error) {
    if (error instanceof FlyError) throw error;
    throw new FlyError(`failed loading app config from ${path}: ${reasonOf(error)}`);
  }
}

/** A mistake in a TOML file, with its line, as flyctl shows it. */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  if (!(error instanceof TomlError)) return message;
  const { line, column, codeblock } = error;
  const text = codeblock.split("\n").find((each) => each.startsWith(`${line}: `)) ?? "";
  const words = /^Invalid TOML document: (.*)/.exec(message)?.[1] ?? message;
  const place = `${" ".repeat(String(line).length)}| ${" ".repeat(Math.max(0, column - 1))}`;
  return `row ${line} column ${column}\n${text.replace(": ", "| ")}\n${place}~ ${words}`;
}

function parseTomlOrYaml(path: string, text: string): unknown {
  if (path.endsWith(".yaml")) throw new FlyError("the sandbox's flyctl reads fly.toml and fly.json, not YAML");
  return parse(text);
}
