# Prints the state of the database as one line of JSON, with only the gem `pg`. Uses one read-only transaction, which also
# works behind a pooler. Prints no value of the environment and no query, because queries contain customers' data.

require "json"
require "pg"

LONG_SECONDS = 30

names = { host: "HOST", port: "PORT", user: "USERNAME", password: "PASSWORD", dbname: "DATABASE" }
parts = names.to_h { |libpq, chatwoot| [libpq, ENV["POSTGRES_#{chatwoot}"]] }.compact
# libpq reads PGSSLMODE and PGSSLROOTCERT itself.
connection = PG.connect(**parts, connect_timeout: 10)

one = ->(sql) { connection.exec(sql).getvalue(0, 0) }
rows = ->(sql) { connection.exec(sql).to_a }

connection.exec("BEGIN READ ONLY")
connection.exec("SET LOCAL statement_timeout = '10s'")
started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
one["SELECT 1"]
select = (Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) * 1000

files = Dir.glob(File.join(File.dirname(ENV.fetch("BUNDLE_GEMFILE")), "db", "migrate", "*.rb"))
code = files.map { |file| File.basename(file)[/\A\d+/] }.compact
schema = one["SELECT to_regclass('schema_migrations')"] && rows["SELECT version FROM schema_migrations"].map { |row| row["version"] }

invalid = rows[INVALID_INDEXES]
tables = rows[<<~SQL]
  SELECT relname AS name, pg_total_relation_size(relid) AS bytes, n_live_tup AS rows
  FROM pg_stat_user_tables ORDER BY 2 DESC, 1 LIMIT 5
SQL
# Status 0 is pending. A mail whose job was lost stays so, and Rails answers the relay's next attempt as a duplicate.
pending_mail = one["SELECT to_regclass('action_mailbox_inbound_emails')"] && one[<<~SQL].to_i
  SELECT count(*) FROM action_mailbox_inbound_emails
  WHERE status = 0 AND created_at < (now() AT TIME ZONE 'UTC') - interval '10 minutes'
SQL
long = rows[<<~SQL]
  SELECT pid, extract(epoch FROM now() - coalesce(xact_start, query_start))::int AS seconds, state,
         coalesce(wait_event_type, '') AS waits, left(application_name, 30) AS program,
         upper(coalesce(substring(query FROM '^\\s*([A-Za-z]+)'), '')) AS verb
  FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
    AND backend_type = 'client backend' AND now() - coalesce(xact_start, query_start) > interval '#{LONG_SECONDS} seconds'
  ORDER BY seconds DESC LIMIT 5
SQL

puts JSON.generate(
  selectMs: select.round(1),
  version: one["SHOW server_version"],
  connections: one["SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"].to_i,
  # Chatwoot cannot use the connections reserved for administrators.
  maxConnections: one["SHOW max_connections"].to_i - one["SHOW superuser_reserved_connections"].to_i,
  sizeBytes: one["SELECT pg_database_size(current_database())"].to_i,
  migrations: schema && {
    latest: schema.max,
    count: schema.size,
    # Only in the code, and only in the database.
    pending: (code - schema).sort,
    unknown: (code.empty? ? [] : schema - code).sort,
    codeKnown: !code.empty?,
  },
  invalidIndexes: invalid.map { |row| row.merge("leftover" => row["leftover"] == "t") },
  tables: tables.map { |row| { name: row["name"], bytes: row["bytes"].to_i, rows: row["rows"].to_i } },
  pendingMail: pending_mail || 0,
  longQueries: long.map { |row| row.merge("pid" => row["pid"].to_i, "seconds" => row["seconds"].to_i) },
)
connection.exec("ROLLBACK")
