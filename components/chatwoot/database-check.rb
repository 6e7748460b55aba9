# Asks the database, before anything is changed in it, whether Chatwoot can live there: `database-check.sql`, run by
# psql. Plain Ruby without Rails, which takes a minute to say the same. No value of the environment is printed.

require "open3"
require "uri"
require_relative "upgrade-check"

SQL = File.join(__dir__, "database-check.sql")

# A database that has just been made, or a machine whose network comes up while it boots, gets a little time.
ATTEMPTS = 3
PAUSE_SECONDS = 5

def fail_with(message)
  abort("database check: #{message}")
end

def decode(text)
  text.to_s.b.gsub(/%(\h\h)/) { Regexp.last_match(1).hex.chr }.force_encoding(Encoding::UTF_8)
end

# psql takes the address in parts, because a whole one on its command line is seen by whoever lists processes. What only
# Rails understands of the address stays out too.
def parts_of(url)
  address = URI.parse(url)
  query = URI.decode_www_form(address.query.to_s).to_h
  {
    "PGHOST" => address.hostname,
    "PGPORT" => (address.port || 5432).to_s,
    "PGUSER" => decode(address.user),
    "PGPASSWORD" => decode(address.password),
    "PGDATABASE" => decode(address.path.to_s.delete_prefix("/")),
    "PGSSLMODE" => query["sslmode"] || ENV["PGSSLMODE"],
    "PGSSLROOTCERT" => query["sslrootcert"] || ENV["PGSSLROOTCERT"],
  }
rescue URI::Error, ArgumentError
  # The cause would show the address.
  fail_with("DATABASE_URL is not a valid address. Write it as postgresql://user:password@host:5432/database, " \
            "percent-encoded.")
end

def parts
  url = ENV["DATABASE_URL"].to_s
  return parts_of(url) unless url.empty?

  names = { "HOST" => "HOST", "PORT" => "PORT", "USER" => "USERNAME", "PASSWORD" => "PASSWORD", "DATABASE" => "DATABASE" }
  names.to_h { |psql, chatwoot| ["PG#{psql}", ENV["POSTGRES_#{chatwoot}"]] }.compact
end

def ask(environment, sql = SQL)
  command = %W[psql -X -q -A -t -w -v ON_ERROR_STOP=1 -f #{sql}]
  Open3.capture3({ "PGCONNECT_TIMEOUT" => "15" }.merge(environment), *command, stdin_data: "")
rescue Errno::ENOENT
  fail_with("there is no psql in this image. Use one that has PostgreSQL's client, as Chatwoot's own.")
end

# Whether nobody answered. A refusal is an answer, and asking again does not change it.
def silent?(errors, status)
  status.exitstatus == 2 && !errors.match?(/FATAL|SSL|certificate/)
end

def explain(errors)
  reason = errors.strip
  if reason.match?(/no more connections|max clients|MaxClients|too many (clients|connections)|remaining connection slots/i)
    reason += "\nEvery connection is taken. Lower chatwoot:web or chatwoot:worker, set chatwoot:migrationDatabaseUrl, " \
              "or migrate in a maintenance window (docs/fly/maintenance.md)."
  end
  if reason.match?(/Tenant or user not found/i)
    reason += "\nHost, region and user of this Supabase address do not belong together, or the project is paused. " \
              "Copy the address again from Connect in the dashboard."
  end
  reason
end

environment = parts
problems, errors, status = ask(environment)
(ATTEMPTS - 1).times do
  break unless silent?(errors, status)

  sleep(PAUSE_SECONDS)
  problems, errors, status = ask(environment)
end

unless status.success?
  password = environment["PGPASSWORD"].to_s
  errors = errors.gsub(password, "***") unless password.empty?
  fail_with("the database cannot be asked; nothing was changed.\n#{explain(errors)}")
end

lines = problems.lines.map(&:strip).reject(&:empty?)
if lines.empty?
  applied, errors, status = ask(environment, UpgradeCheck::SQL)
  fail_with("the migrations of the database cannot be read; nothing was changed.\n#{errors.strip}") unless status.success?

  lines = UpgradeCheck.problems(applied.split)
end
count = lines.one? ? "1 problem" : "#{lines.size} problems"
fail_with("the database has #{count}; nothing was changed:\n#{lines.map { |line| "  #{line}\n" }.join}") if lines.any?

puts "database check: done"
