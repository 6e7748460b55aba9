import { literal } from "./target.ts";

/**
 * SQL that drops every object of a schema except those of extensions. Keeps the schema, its privileges and its extensions,
 * because a provider's user may not be able to create them again. Runs in the restore's transaction.
 */
export function clearSchemaSql(schema: string): string {
  const inSchema = `nspname = ${literal(schema)}`;
  const own = (catalog: string): string =>
    `NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = o.oid AND d.deptype = 'e')`;
  return `
SET lock_timeout = '60s';
DO $clear$
DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT format('DROP %s IF EXISTS %I.%I CASCADE',
      CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                   WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, nspname, relname)
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
    WHERE ${inSchema} AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ${own("pg_class")}
  LOOP EXECUTE statement; END LOOP;
  FOR statement IN
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', o.oid::regprocedure)
    FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace WHERE ${inSchema} AND ${own("pg_proc")}
  LOOP EXECUTE statement; END LOOP;
  FOR statement IN
    SELECT format('DROP TYPE IF EXISTS %I.%I CASCADE', nspname, typname)
    FROM pg_type o JOIN pg_namespace n ON n.oid = o.typnamespace
    LEFT JOIN pg_class c ON c.oid = o.typrelid
    WHERE ${inSchema} AND typtype IN ('c', 'd', 'e', 'r') AND coalesce(c.relkind, 'c') = 'c' AND ${own("pg_type")}
  LOOP EXECUTE statement; END LOOP;
END
$clear$;
`;
}
