import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { query } from "./tools.ts";

const countMs = 30 * 60_000;

export interface TableCount {
  /** Quoted, with the schema. */
  table: string;
  inDump: number;
  restored: number;
}

/** Counts the rows of every restored table. */
export async function compareCounts(
  address: PostgresUrl,
  inDump: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<TableCount[]> {
  const tables = [...inDump.keys()].sort();
  // pg_restore quotes the names.
  const sql = tables.map((table, at) => `SELECT ${at}, count(*) FROM ${table};`).join("\n");
  const answer = await query(address, sql, { limitMs: countMs, signal });
  const counts = new Map(answer.map(([at, count]) => [Number(at), Number(count)]));
  return tables.map((table, at) => ({ table, inDump: inDump.get(table) ?? 0, restored: counts.get(at) ?? -1 }));
}

/** Without statistics, the first queries of large tables are slow. */
export async function analyze(address: PostgresUrl, signal: AbortSignal): Promise<void> {
  await query(address, "ANALYZE;", { limitMs: countMs, signal });
}
