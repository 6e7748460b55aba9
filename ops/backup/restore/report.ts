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
  /** How many tables the manifest says. */
  tables: number;
  leftOut: readonly string[];
  refusedExtensions: readonly { name: string; reason: string }[];
  seconds: number;
}

const largest = 15;

/** What is about to be done, before anything is. */
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
      (count > 0 ? `HOLDS ${count} TABLES AND OTHERS, WHICH ARE DELETED` : "is empty"),
    ...(missing.length > 0 ? [`        gets the extensions ${missing.map(({ name }) => name).join(", ")}`] : []),
  ].join("\n");
}

/** For machines: what is restored where, and, once it is done, whether all of it is there. */
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

/** What is to be done with the app whose database was restored: its machines are stopped, and its code can be newer. */
export function formatAfterwards(stack: string, deployment: RecordedStep): string {
  return [
    "Afterwards, to migrate it to the version of the image and to start the machines:",
    `  ${rerun(stack, [deployment], "deployment")}`,
  ].join("\n");
}

export function isWhole({ counts, tables }: RestoreResult): boolean {
  return counts.length === tables && counts.every(({ inDump, restored }) => inDump === restored);
}

/** What was restored and whether it is all of it, the largest tables by name. */
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
      ? ["Left to the target, as it has them itself:", ...leftOut.map((entry) => `  ${entry}`)]
      : []),
    ...refusedExtensions.map(({ name, reason }) => `Extension ${name} could not be made: ${reason}`),
    isWhole(result) ? "Every table has the rows of the dump." : "The target is not what the dump holds.",
  ].join("\n");
}
