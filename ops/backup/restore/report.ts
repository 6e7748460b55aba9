import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { rerun } from "../../drift/fixes.ts";
import type { RecordedStep } from "../../lib/stack/steps.ts";
import type { Manifest } from "../dumps.ts";
import { formatBytes } from "../../lib/bytes.ts";
import type { Target } from "./target.ts";
import type { TableCount } from "./verify.ts";

export interface RestoreResult {
  database: string;
  counts: readonly TableCount[];
  /** Number of tables in the manifest. */
  tables: number;
  leftOut: readonly string[];
  refusedExtensions: readonly { name: string; reason: string }[];
  seconds: number;
}

const largest = 15;

export function formatPlan(
  { dump, bytes, tables, started, schemaVersion, server, schema }: Manifest,
  { database, host, port }: PostgresUrl,
  { serverMajor, relations }: Target,
  missing: Manifest["extensions"],
): string {
  const count = relations.length;
  return [
    `Dump    ${dump}`,
    `        ${formatBytes(bytes)}, ${tables} tables, made ${started}`,
    `        schema version ${schemaVersion}, PostgreSQL ${server}`,
    `Target  ${database} at ${host}:${port}`,
    `        PostgreSQL ${serverMajor}, schema ${schema} ` +
      (count > 0 ? `HOLDS ${count} TABLES AND OTHER OBJECTS, WHICH ARE DELETED` : "is empty"),
    ...(missing.length > 0 ? [`        will get the extensions ${missing.map(({ name }) => name).join(", ")}`] : []),
  ].join("\n");
}

export function formatJson(
  stack: string,
  { dump, started, bytes, schemaVersion }: Manifest,
  { host, port, database }: PostgresUrl,
  result?: RestoreResult,
): string {
  const what = { stack, dump, started, bytes, schemaVersion, target: { host, port, database } };
  const done = result === undefined ? { restored: false } : { restored: true, whole: isWhole(result), ...result };
  return JSON.stringify({ ...what, ...done }, null, 2);
}

/** The app's machines are stopped, and its code can be newer than the restored schema. */
export function formatAfterwards(stack: string, deployment: RecordedStep): string {
  return ["Next, migrate the database and start the machines:", `  ${rerun(stack, [deployment], "deployment")}`].join(
    "\n",
  );
}

export function isWhole({ counts, tables }: RestoreResult): boolean {
  return counts.length === tables && counts.every(({ inDump, restored }) => inDump === restored);
}

/** Lists the tables that differ, then the largest ones. */
export function formatRestore(result: RestoreResult): string {
  const { database, counts, tables, leftOut, refusedExtensions, seconds } = result;
  const wrong = counts.filter(({ inDump, restored }) => inDump !== restored);
  const rows = counts.reduce((sum, { restored }) => sum + restored, 0);
  const shown = [...wrong, ...counts.filter((each) => !wrong.includes(each)).sort((a, b) => b.inDump - a.inDump)];
  return [
    `Restored into ${database} in ${Math.ceil(seconds)} s: ` +
      `${counts.length} tables (${tables} in the manifest), ${rows} rows.`,
    `  ${"in the dump".padStart(12)}  ${"restored".padStart(12)}  table`,
    ...shown
      .slice(0, Math.max(largest, wrong.length))
      .map(
        ({ table, inDump, restored }) =>
          `  ${String(inDump).padStart(12)}  ${String(restored).padStart(12)}  ${table}${inDump === restored ? "" : "  DIFFERS"}`,
      ),
    ...(shown.length > largest ? [`  and ${shown.length - Math.max(largest, wrong.length)} more`] : []),
    ...(leftOut.length > 0
      ? ["Not restored, because the target provides them:", ...leftOut.map((entry) => `  ${entry}`)]
      : []),
    ...refusedExtensions.map(({ name, reason }) => `Extension ${name} could not be created: ${reason}`),
    isWhole(result) ? "Every table has the rows of the dump." : "The target differs from the dump.",
  ].join("\n");
}
