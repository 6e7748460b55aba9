import type { PostgresServer } from "../../../sandbox/database/database.ts";

/** Every table by the checksum of its rows, every sequence by its value, and the other objects of a schema. */
const sql = `
SET search_path = pg_catalog;
SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(md5(t::text), '''' ORDER BY md5(t::text)), '''')) FROM %I.%I t',
              'table ' || relname, nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind IN ('r', 'p') ORDER BY relname \\gexec
SELECT format('SELECT %L, last_value, is_called FROM %I.%I', 'sequence ' || relname, nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind = 'S' ORDER BY relname \\gexec
SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname;
SELECT 'trigger', pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'public' AND NOT tgisinternal ORDER BY tgname;
SELECT 'constraint', conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace
WHERE nspname = 'public' ORDER BY conname, conrelid::regclass::text;
SELECT 'function', proname, md5(prosrc) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY proname;
SELECT 'column', table_name, column_name, data_type, udt_name, column_default, is_nullable FROM information_schema.columns
WHERE table_schema = 'public' AND table_name NOT LIKE 'pg_stat_statements%' ORDER BY table_name, ordinal_position;
SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public' AND viewname NOT LIKE 'pg_stat_statements%' ORDER BY viewname;
`;

/** Two databases with the same lines have the same content. */
export async function fingerprint(postgres: PostgresServer, database: string): Promise<string[]> {
  return (await postgres.sql(sql, database)).split("\n");
}
