import { formatGoDuration } from "../cli/durations.ts";
import { isTable, type Table } from "./decode.ts";

const millisecond = 1e6;
const oneSecond = 1e9;

/** Converts old spellings to the current form, as flyctl does before it checks types. */
export function patchConfig(raw: Table): Table {
  const config = structuredClone(raw);
  if (config.env !== undefined) config.env = textMap(config.env, "env");
  if (config.services !== undefined) config.services = tables(config.services, "services").map(patchService);
  if (Array.isArray(config.processes)) config.processes = namedProcesses(config.processes);
  patchBuild(config);
  patchChecks(config);
  config.vm = joined(config, ["compute", "computes", "vm"], "compute").map((each) => asText(each, "memory"));
  config.mounts = joined(config, ["mount", "mounts"], "mounts").map((each) => asText(each, "initial_size"));
  config.metrics = joined(config, ["metric", "metrics"], "mounts");
  for (const name of ["vm", "mounts", "metrics"]) if ((config[name] as Table[]).length === 0) delete config[name];
  if (config.kill_timeout !== undefined) config.kill_timeout = withUnit(config.kill_timeout, oneSecond);
  return config;
}

function patchService(service: Table): Table {
  const patched = { ...service };
  for (const kind of ["tcp_checks", "http_checks"]) {
    if (patched[kind] !== undefined) patched[kind] = tables(patched[kind], kind).map(patchCheck);
  }
  if (patched.ports !== undefined) patched.ports = tables(patched.ports, "ports").map((port) => asNumber(port, "port"));
  return asNumber(patched, "internal_port");
}

/** A bare number in a service's check or a top-level check is milliseconds; that of an http_service is not. */
function patchCheck(check: Table): Table {
  const patched = { ...check };
  for (const name of ["interval", "timeout", "grace_period"]) {
    if (patched[name] !== undefined) patched[name] = withUnit(patched[name], millisecond);
  }
  if (patched.headers !== undefined) patched.headers = headerMap(patched.headers);
  return patched;
}

function patchChecks(config: Table): void {
  if (config.checks === undefined) return;
  if (!isTable(config.checks)) throw new Error(`'checks' section of unknown type: ${typeof config.checks}`);
  const found: Table = {};
  for (const [name, check] of Object.entries(config.checks)) {
    if (!isTable(check)) throw new Error(`'checks' section of unknown type: ${typeof check}`);
    found[name] = patchCheck(check);
  }
  config.checks = found;
}

function patchBuild(config: Table): void {
  if (config.build === undefined) return;
  if (!isTable(config.build)) throw new Error(`Build section of unknown type: ${typeof config.build}`);
  const { build_target: target, ...build } = config.build;
  config.build = target === undefined ? build : { ...build, "build-target": target };
}

function joined(config: Table, names: readonly string[], label: string): Table[] {
  const found = names.flatMap((name) => (config[name] === undefined ? [] : tables(config[name], label)));
  for (const name of names) delete config[name];
  return found;
}

function tables(raw: unknown, label: string): Table[] {
  const items: unknown[] = Array.isArray(raw) ? raw : [raw];
  return items.map((item) => {
    if (!isTable(item)) throw new Error(`Error processing ${label}: Unknown type '${typeof item}'`);
    return item;
  });
}

const namedProcesses = (items: readonly unknown[]): Table =>
  Object.fromEntries(
    items.filter(isTable).map((item) => [String(item.name), item.command === undefined ? "" : text(item.command)]),
  );

function textMap(raw: unknown, label: string): Table {
  if (Array.isArray(raw)) return Object.assign({}, ...raw.map((item) => textMap(item, label))) as Table;
  if (!isTable(raw)) throw new Error(`Do not know how to process '${label}' section of type: ${typeof raw}`);
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, String(value)]));
}

function headerMap(raw: unknown): Table {
  if (!Array.isArray(raw)) return textMap(raw, "headers");
  return Object.fromEntries(
    raw.filter(isTable).map((item) => [String(item.name), item.value === undefined ? "" : text(item.value)]),
  );
}

const asText = (table: Table, key: string): Table =>
  table[key] === undefined ? table : { ...table, [key]: text(table[key]) };

function asNumber(table: Table, key: string): Table {
  const value = table[key];
  if (typeof value !== "string") return table;
  if (!/^[+-]?\d+$/.test(value)) {
    throw new Error(`Can not convert '${value}' to integer: strconv.Atoi: parsing "${value}": invalid syntax`);
  }
  return { ...table, [key]: Number(value) };
}

const withUnit = (value: unknown, unit: number): unknown => {
  if (value === "") return undefined;
  return typeof value === "number" ? formatGoDuration(Math.trunc(value) * unit) : value;
};

function text(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
}
