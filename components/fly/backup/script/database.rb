# PostgreSQL's programs: asked, and looked at, with time limits.

# pg_dump is silent while it waits for a lock, for which it has a limit of its own.
SILENCE_SECONDS = 30 * 60
LOCK_WAIT = "10min".freeze
QUESTION_SECONDS = 60

# The bucket's keys are no business of the children's.
def child_environment
  ENV.keys.grep(/\ABACKUP_/).to_h { |name| [name, nil] }.merge("PGCONNECT_TIMEOUT" => "30", "PGAPPNAME" => "chatwoot-backup")
end

def ask(*command, input: "")
  Open3.popen3(child_environment, *command, pgroup: true) do |stdin, stdout, stderr, process|
    feeder = Thread.new do
      stdin.binmode.write(input)
    rescue Errno::EPIPE
      nil # It has read enough.
    ensure
      stdin.close
    end
    readers = [stdout, stderr].map { |pipe| Thread.new { pipe.binmode.read } }
    [feeder, *readers].each { |thread| thread.report_on_exception = false }
    unless process.join(QUESTION_SECONDS)
      # Opened by a block, it would be waited for without end.
      stop(process, "KILL")
      raise Problem, "#{command.first} took longer than #{QUESTION_SECONDS} seconds. Check that the database answers"
    end
    # Both, whichever is needed: the end of this block closes what is still read.
    said, complaint = readers.map(&:value)
    raise Problem, "#{command.first} failed: #{complaint.force_encoding("UTF-8").scrub.strip}" unless process.value.success?

    said
  ensure
    stop(process)
  end
end

def stop(process, signal = "TERM")
  Process.kill(signal, -process.pid) if process.alive?
rescue Errno::ESRCH
  nil # It has just ended by itself.
end

def query(sql)
  ask("psql", "--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", input: sql)
    .force_encoding("UTF-8").strip
end

# What the dump is made of: Chatwoot's tables all lie in one schema, and a provider's own schemas are not restored.
def inspect_database
  facts = JSON.parse(query(<<~SQL))
    SELECT json_build_object(
      'server', split_part(current_setting('server_version'), ' ', 1),
      'schema', (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid = to_regclass('schema_migrations')),
      'databaseBytes', pg_database_size(current_database()),
      'extensions', (SELECT coalesce(json_agg(json_build_object('name', extname, 'schema', nspname, 'version', extversion)), '[]')
                     FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname <> 'plpgsql'));
  SQL
  # Empty dumps would push the good ones out of the bucket.
  raise Problem, "the database holds no Chatwoot: it has no table schema_migrations. Check the database's address" unless facts["schema"]

  facts.merge("schemaVersion" => query("SELECT max(version) FROM schema_migrations"))
end

def check_versions(server)
  dumper = ask("pg_dump", "--version")[/\d+(\.\d+)?/]
  return dumper if dumper.to_i >= server.to_i

  image = ENV["FLY_IMAGE_REF"] || "this image"
  raise Problem, "pg_dump #{dumper} of #{image} is older than the server #{server}, which it cannot dump. " \
                 "Set chatwoot:image to one with a PostgreSQL client #{server.to_i} or newer"
end

# The table of contents stands at the beginning, so a first part that pg_restore can list is a dump that it can read.
def tables_in(first_part)
  ask("pg_restore", "--list", input: first_part).lines.count { |line| line.include?(" TABLE DATA ") }
end
