-- The migrations that were run in this database, a line each; no line in an empty one. Run by psql; changes nothing.

BEGIN READ ONLY;
SET LOCAL statement_timeout = '30s';
SELECT to_regclass('schema_migrations') IS NOT NULL AS has_schema \gset
\if :has_schema
SELECT version FROM schema_migrations ORDER BY version;
\endif
COMMIT;
