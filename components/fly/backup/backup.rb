# Dumps Chatwoot's tables to a bucket, proves that the dump arrived, and deletes old ones. Runs in a scheduled machine of
# its own, with Chatwoot's image, by `bundle exec ruby`. PostgreSQL's address comes from the PG* variables that psql and
# pg_dump read themselves, so that no password stands on a command line. A dump that fails leaves nothing in the bucket.

# Some stores refuse the checksums that newer clients add; every part carries its own MD5 instead.
ENV["AWS_REQUEST_CHECKSUM_CALCULATION"] ||= "when_required"
ENV["AWS_RESPONSE_CHECKSUM_VALIDATION"] ||= "when_required"

require "aws-sdk-s3"
require "digest"
require "io/wait"
require "json"
require "open3"
require "time"
require "timeout"
require "uri"

class Problem < StandardError; end
# Parts of equal size, which R2 insists on; 10,000 of them are the most that S3 takes: 156 GiB.
PART_BYTES = 16 * 1024 * 1024
# pg_dump is silent while it waits for a lock, for which it has a limit of its own.
SILENCE_SECONDS = 30 * 60
LOCK_WAIT = "10min".freeze
QUESTION_SECONDS = 60
# Parts of an upload that was killed cost money until somebody ends it.
ABANDONED_SECONDS = 24 * 60 * 60

def setting(name)
  ENV.fetch("BACKUP_#{name}") { raise Problem, "BACKUP_#{name} is not set. Run `pulumi up` again" }
end

# The bucket's keys are no business of the children's.
def child_environment
  ENV.keys.grep(/\ABACKUP_/).to_h { |name| [name, nil] }.merge("PGCONNECT_TIMEOUT" => "30", "PGAPPNAME" => "chatwoot-backup")
end

def without_secrets(text)
  secrets = [ENV["PGPASSWORD"], ENV["BACKUP_SECRET_ACCESS_KEY"], ENV["BACKUP_ACCESS_KEY_ID"]].compact
  secrets.reject(&:empty?).reduce(text) { |shown, secret| shown.gsub(secret, "[secret]") }
end

def ask(*command, input: "")
  Timeout.timeout(QUESTION_SECONDS, Problem, "#{command.first} took longer than #{QUESTION_SECONDS} seconds") do
    output, errors, status = Open3.capture3(child_environment, *command, stdin_data: input, binmode: true)
    raise Problem, "#{command.first} failed: #{errors.strip}" unless status.success?

    output
  end
end

def query(sql)
  ask("psql", "--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", input: sql).strip
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

  raise Problem, "pg_dump #{dumper} of this image is older than the server #{server}, which it cannot dump. " \
                 "Use an image of Chatwoot with a newer PostgreSQL client"
end

def connect
  endpoint = setting("ENDPOINT")
  address = URI(endpoint)
  plain = address.scheme != "https" && !["127.0.0.1", "[::1]", "localhost"].include?(address.host)
  raise Problem, "the bucket's endpoint #{endpoint} is not https. Correct chatwoot:fly.backup.endpoint" if plain

  Aws::S3::Client.new(
    endpoint: endpoint, region: setting("REGION"), force_path_style: setting("FORCE_PATH_STYLE") == "true",
    access_key_id: setting("ACCESS_KEY_ID"), secret_access_key: setting("SECRET_ACCESS_KEY"),
    http_open_timeout: 15, http_read_timeout: 120, retry_mode: "standard", max_attempts: 5
  )
end

# A whole part, or the rest; nil when nothing is left.
def read_part(pipe)
  part = String.new(capacity: PART_BYTES)
  while part.bytesize < PART_BYTES
    raise Problem, "pg_dump said nothing for #{SILENCE_SECONDS / 60} minutes" unless pipe.wait_readable(SILENCE_SECONDS)
    chunk = pipe.read_nonblock(PART_BYTES - part.bytesize, exception: false)
    break if chunk.nil?

    part << chunk unless chunk == :wait_readable
  end
  part unless part.empty?
end

# The table of contents stands at the beginning, so a first part that pg_restore can list is a dump that it can read.
def tables_in(first_part)
  ask("pg_restore", "--list", input: first_part).lines.count { |line| line.include?(" TABLE DATA ") }
end

# Streams what a process writes into an object. The object comes into being only when the process has ended well.
class Upload
  def initialize(client, bucket, key)
    @client, @object = client, { bucket: bucket, key: key }
    @sha256 = Digest::SHA256.new
    @bytes = 0
  end

  def run(pipe, process, errors)
    upload = @object.merge(upload_id: @client.create_multipart_upload(**@object).upload_id)
    begin
      parts = send_parts(pipe, upload)
      raise Problem, "pg_dump failed: #{errors.value.lines.last(5).join.strip}" unless process.value.success?
      raise Problem, "pg_dump wrote nothing" if parts.empty?

      @client.complete_multipart_upload(**upload, multipart_upload: { parts: parts })
    rescue Exception # A signal too must leave nothing behind.
      give_up(upload)
      raise
    end
    verify
    { "bytes" => @bytes, "sha256" => @sha256.hexdigest, "tables" => @tables }
  end

  private

  def send_parts(pipe, upload)
    parts = []
    while (part = read_part(pipe))
      @tables ||= tables_in(part)
      @sha256 << part
      @bytes += part.bytesize
      number = parts.size + 1
      sent = @client.upload_part(**upload, part_number: number, body: part, content_md5: Digest::MD5.base64digest(part))
      parts << { part_number: number, etag: sent.etag }
    end
    parts
  end

  def give_up(upload)
    @client.abort_multipart_upload(**upload)
  rescue Aws::Errors::ServiceError, Seahorse::Client::NetworkingError
    nil # The cause is told; what is left is ended by a later run.
  end

  def verify
    arrived = @client.head_object(**@object).content_length
    return if arrived == @bytes

    @client.delete_object(**@object)
    raise Problem, "#{@bytes} bytes were sent and #{arrived} arrived. Run the backup again"
  end
end

def dump_to(client, bucket, key, schema)
  options = %w[acl owner publications subscriptions security-labels tablespaces password].map { |part| "--no-#{part}" }
  command = ["pg_dump", "--format=custom", "--schema=\"#{schema}\"", "--lock-wait-timeout=#{LOCK_WAIT}", *options]
  Open3.popen3(child_environment, *command, pgroup: true) do |stdin, pipe, stderr, process|
    stdin.close
    pipe.binmode
    errors = Thread.new { stderr.read rescue "" } # Closed when we give up.
    Upload.new(client, bucket, key).run(pipe, process, errors)
  ensure
    stop(process)
  end
end

def stop(process)
  Process.kill("TERM", -process.pid) if process.alive?
rescue Errno::ESRCH
  nil # It has just ended by itself.
end

# The dumps in the bucket by their own names, newest first, each with whether its manifest is there. Nothing else counts.
def own_dumps(client, bucket, prefix)
  keys = client.list_objects_v2(bucket: bucket, prefix: "#{prefix}/chatwoot-").flat_map { |page| page.contents.map(&:key) }
  dumps = keys.grep(%r{\A#{Regexp.escape(prefix)}/chatwoot-\d{8}T\d{6}Z\.dump\z})
  dumps.sort.reverse.map { |key| [key, keys.include?(key.sub(/dump\z/, "json"))] }
end

# Deletes what is older than the last of the complete dumps that are kept. Keys that may not delete are no failure: the
# dump is there.
def delete_old(client, bucket, prefix, keep)
  dumps = own_dumps(client, bucket, prefix)
  oldest, = dumps.select { |_, complete| complete }[keep - 1]
  old = oldest.nil? ? [] : dumps.map(&:first).select { |key| key < oldest }
  # The dump last: one without a manifest is found again next time.
  old.flat_map { |key| [key.sub(/dump\z/, "json"), key] }.each { |key| client.delete_object(bucket: bucket, key: key) }
  old.empty? ? "" : ", deleted #{old.size} older"
rescue Aws::S3::Errors::ServiceError => e
  ", could not delete older ones (#{e.class.name.split("::").last})"
end

def end_abandoned_uploads(client, bucket, prefix)
  uploads = client.list_multipart_uploads(bucket: bucket, prefix: "#{prefix}/chatwoot-").uploads
  uploads.select { |upload| upload.initiated < Time.now - ABANDONED_SECONDS }.each do |upload|
    client.abort_multipart_upload(bucket: bucket, key: upload.key, upload_id: upload.upload_id)
  end
rescue Aws::S3::Errors::ServiceError
  nil # Not every store has it, and the next dump does not depend on it.
end

def backup
  started = Time.now.utc
  bucket, prefix, keep = setting("BUCKET"), setting("PREFIX"), setting("KEEP").to_i
  raise Problem, "BACKUP_KEEP is not a whole number above 0. Run `pulumi up` again" if keep < 1

  client = connect
  database = inspect_database
  dumper = check_versions(database["server"])
  end_abandoned_uploads(client, bucket, prefix)
  key = "#{prefix}/chatwoot-#{started.strftime("%Y%m%dT%H%M%SZ")}.dump"
  dump = dump_to(client, bucket, key, database["schema"])
  manifest = { "format" => 1, "dump" => key, "started" => started.iso8601, "ended" => Time.now.utc.iso8601, "pgDump" => dumper,
               "image" => ENV["FLY_IMAGE_REF"] }.merge(dump, database).compact
  body = "#{JSON.pretty_generate(manifest)}\n"
  client.put_object(bucket: bucket, key: key.sub(/dump\z/, "json"), body: body, content_type: "application/json",
                    content_md5: Digest::MD5.base64digest(body))
  deleted = delete_old(client, bucket, prefix, keep)
  puts "backup: done #{key}: #{dump["bytes"]} bytes, #{dump["tables"]} tables, schema version #{database["schemaVersion"]}, " \
       "#{(Time.now.utc - started).ceil} s#{deleted}"
end

begin
  backup
rescue Problem, Aws::Errors::ServiceError, Seahorse::Client::NetworkingError, SystemCallError, SignalException => e
  told = e.is_a?(Problem) ? e.message : "#{e.class.name.split("::").last}: #{e.message}"
  warn "backup: failed: #{without_secrets(told).strip}"
  exit 1
end
