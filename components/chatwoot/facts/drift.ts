import type { ClientBase } from "pg";
import { factsTables, type FactsTable } from "./schema.ts";

/** A difference between the database and the schema that the queries need. */
export interface SchemaProblem {
  table: string;
  /** The problem, without a full stop. */
  problem: string;
  /** Whether the pipeline cannot be measured until it is fixed; otherwise queries are only slow. */
  serious: boolean;
}

export interface ActualTable {
  columns: ReadonlyMap<string, string>;
  /** The columns of each valid index, in order. */
  indexes: readonly (readonly string[])[];
}

const columnsOf = `
SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.oid IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS name) AND a.attnum > 0 AND NOT a.attisdropped`;

const indexesOf = `
SELECT c.relname AS table, array_agg(a.attname::text ORDER BY position) AS columns
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS key (number, position)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.number
WHERE c.oid IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS name)
  AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
GROUP BY i.indexrelid, c.relname`;

/** Reads the tables in the session's search path. */
export async function readTables(client: ClientBase): Promise<Map<string, ActualTable>> {
  const names = factsTables.map(({ name }) => name);
  const columns = await client.query<{ table: string; column: string; type: string }>(columnsOf, [names]);
  const indexes = await client.query<{ table: string; columns: string[] }>(indexesOf, [names]);
  const tables = new Set(columns.rows.map(({ table }) => table));
  return new Map(
    [...tables].map((table) => [
      table,
      {
        columns: new Map(columns.rows.filter((row) => row.table === table).map(({ column, type }) => [column, type])),
        indexes: indexes.rows.filter((row) => row.table === table).map((row) => row.columns),
      },
    ]),
  );
}

/** All differences, in the order of the tables. */
export function compareTables(
  actual: ReadonlyMap<string, ActualTable>,
  expected: readonly FactsTable[] = factsTables,
): SchemaProblem[] {
  return expected.flatMap((table) => {
    const found = actual.get(table.name);
    return found === undefined
      ? [{ table: table.name, problem: "does not exist", serious: true }]
      : [...columnProblems(table, found), ...indexProblems(table, found)];
  });
}

function columnProblems({ name, columns }: FactsTable, found: ActualTable): SchemaProblem[] {
  return Object.entries(columns).flatMap(([column, types]) => {
    const type = found.columns.get(column);
    if (type === undefined) return [{ table: name, problem: `has no column ${column}`, serious: true }];
    if (types.includes(type)) return [];
    return [{ table: name, problem: `has ${column} as ${type}, not as ${types.join(" or ")}`, serious: true }];
  });
}

function indexProblems({ name, indexes }: FactsTable, found: ActualTable): SchemaProblem[] {
  const begins = (index: readonly string[], wanted: readonly string[]): boolean =>
    wanted.every((column, at) => index[at] === column);
  return indexes
    .filter((wanted) => !found.indexes.some((index) => begins(index, wanted)))
    .map((wanted) => ({ table: name, problem: `has no valid index on (${wanted.join(", ")})`, serious: false }));
}
