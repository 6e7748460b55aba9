-- Indexes that PostgreSQL does not use, because their build was interrupted: table, index, and whether REINDEX CONCURRENTLY
-- left it. Indexes that are being built now are left out. Run by psql and by `ops db`; changes nothing.
SELECT tab.relname AS table, format('%I', idx.relname) AS index, idx.relname ~ '_cc(new|old)\d*$' AS leftover
FROM pg_index
JOIN pg_class AS idx ON idx.oid = indexrelid AND idx.relkind = 'i'
JOIN pg_class AS tab ON tab.oid = indrelid
JOIN pg_namespace AS schema ON schema.oid = idx.relnamespace AND schema.nspname = ANY (current_schemas(false))
WHERE NOT indisvalid
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS progress WHERE progress.index_relid = indexrelid)
ORDER BY 1, 2;
