-- What keeps Chatwoot from living in this database, a line each; no line when nothing does. Run by psql, which knows the
-- lines with a backslash; changes nothing.

-- Which extensions may be created without a superuser is known from 13 on; Chatwoot itself names no oldest version.
SELECT current_setting('server_version_num')::int < 130000 AS too_old \gset
\if :too_old
SELECT format('server: is PostgreSQL %s. Upgrade it to 13 or newer.', current_setting('server_version'));
\quit
\endif

-- A replica answers every question of this file, and fails only in the migration.
SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS read_only \gset
\if :read_only
SELECT 'server: accepts no writes: it is a replica, or read-only by its settings. Use the address of the primary.';
\quit
\endif

BEGIN READ ONLY;
SET LOCAL statement_timeout = '30s';

WITH required (name, remedy) AS (
  VALUES
    ('vector', 'Use a PostgreSQL that has pgvector, or have it installed there.'),
    ('pg_trgm', 'Install PostgreSQL''s contrib modules there.'),
    ('pgcrypto', 'Install PostgreSQL''s contrib modules there.'),
    ('pg_stat_statements', 'Install PostgreSQL''s contrib modules there.')
),
role AS (
  SELECT
    rolsuper AS superuser,
    has_database_privilege(current_database(), 'CREATE') AS creates_in_database,
    -- What hosts have in place of a superuser. Which extensions it may create the host decides, so the migration tries.
    EXISTS (
      SELECT 1 FROM pg_roles AS admin
      WHERE admin.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'neon_superuser')
        AND pg_has_role(current_user, admin.oid, 'MEMBER')
    ) AS host_admin
  FROM pg_roles WHERE rolname = current_user
),
-- Azure creates only the extensions of this list; null elsewhere.
allowed (list) AS (
  SELECT regexp_split_to_array(lower(current_setting('azure.extensions', true)), '[\s,]+')
),
extension AS (
  SELECT
    required.*,
    available.name IS NOT NULL AS is_available,
    version.trusted AS is_trusted,
    -- Supabase creates the extensions of this list for everybody.
    required.name = ANY (regexp_split_to_array(
      coalesce(current_setting('supautils.privileged_extensions', true), ''), '[\s,]+'
    )) AS is_created_by_host
  FROM required
  LEFT JOIN pg_available_extensions AS available USING (name)
  LEFT JOIN pg_available_extension_versions AS version
    ON version.name = available.name AND version.version = available.default_version
  WHERE NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = required.name)
),
problem (place, line) AS (
  SELECT 1, format('%s: is missing on the server. %s', name, remedy)
  FROM extension WHERE NOT is_available

  UNION ALL
  SELECT 1, format('%s: is not allowed on the server. Add it to the server parameter azure.extensions.', name)
  FROM extension CROSS JOIN allowed WHERE is_available AND NOT name = ANY (list)

  UNION ALL
  SELECT 2, format(
    '%s: is not created yet, and the role %I may not do it. Have a superuser run in database %I: CREATE EXTENSION %I;',
    name, current_user, current_database(), name
  )
  FROM extension CROSS JOIN role
  WHERE is_available
    AND NOT (superuser OR host_admin OR is_created_by_host OR (is_trusted AND creates_in_database))

  UNION ALL
  SELECT 3, format(
    'public: the role %I may not create tables and sequences in this schema, which Chatwoot does also while it runs. '
    'Have its owner run in database %I: GRANT USAGE, CREATE ON SCHEMA public TO %I;',
    current_user, current_database(), current_user
  )
  WHERE to_regnamespace('public') IS NOT NULL AND NOT has_schema_privilege('public', 'CREATE')

  UNION ALL
  SELECT 3, format('public: there is no such schema. Have it made in database %I: CREATE SCHEMA public;', current_database())
  WHERE to_regnamespace('public') IS NULL
)
SELECT line FROM problem ORDER BY place, line;

COMMIT;
