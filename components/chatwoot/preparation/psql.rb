# Asks the database by psql, in plain Ruby: Rails takes a minute to start. Prints no value of the environment.

require "open3"
require "uri"

module Psql
  # A new database, or a machine whose network starts at boot, gets a little time.
  ATTEMPTS = 3
  PAUSE_SECONDS = 5

  class Failed < StandardError; end

  module_function

  # The rows of a file's queries as lines. `variables` are read by the file as `:name`.
  def rows(file, variables = {})
    environment = parts
    rows, errors, status = ask(environment, file, variables)
    (ATTEMPTS - 1).times do
      break unless silent?(errors, status)

      sleep(PAUSE_SECONDS)
      rows, errors, status = ask(environment, file, variables)
    end
    raise Failed, explain(without_password(errors, environment)) unless status.success?

    rows.lines.map(&:strip).reject(&:empty?)
  end

  def ask(environment, file, variables)
    command = %W[psql -X -q -A -t -w -v ON_ERROR_STOP=1] + variables.flat_map { |name, value| ["-v", "#{name}=#{value}"] }
    Open3.capture3({ "PGCONNECT_TIMEOUT" => "15" }.merge(environment), *command, "-f", file, stdin_data: "")
  rescue Errno::ENOENT
    raise Failed, "there is no psql in this image. Use one that has PostgreSQL's client, as Chatwoot's own."
  end

  def parts
    url = ENV["DATABASE_URL"].to_s
    return parts_of(url) unless url.empty?

    names = { "HOST" => "HOST", "PORT" => "PORT", "USER" => "USERNAME", "PASSWORD" => "PASSWORD", "DATABASE" => "DATABASE" }
    names.to_h { |psql, chatwoot| ["PG#{psql}", ENV["POSTGRES_#{chatwoot}"]] }.compact
  end

  # psql gets the address in parts, because every user of the machine sees its command line. Parameters that only Rails
  # understands are left out.
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
    raise Failed, "DATABASE_URL is not a valid address. Write it as postgresql://user:password@host:5432/database, " \
                  "percent-encoded."
  end

  def decode(text)
    text.to_s.b.gsub(/%(\h\h)/) { Regexp.last_match(1).hex.chr }.force_encoding(Encoding::UTF_8)
  end

  # Whether no server answered. A rejection is an answer, and another attempt does not change it.
  def silent?(errors, status)
    status.exitstatus == 2 && !errors.match?(/FATAL|SSL|certificate/)
  end

  def without_password(errors, environment)
    password = environment["PGPASSWORD"].to_s
    password.empty? ? errors : errors.gsub(password, "***")
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
end
