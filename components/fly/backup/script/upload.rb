# Streams a dump into the bucket; nothing of it lies on the machine's disk.

# Parts of equal size, which R2 insists on; 10,000 of them are the most that S3 takes: 156 GiB.
PART_BYTES = 16 * 1024 * 1024

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
    raise Problem, "pg_dump printed nothing for #{SILENCE_SECONDS / 60} minutes" unless pipe.wait_readable(SILENCE_SECONDS)
    chunk = pipe.read_nonblock(PART_BYTES - part.bytesize, exception: false)
    break if chunk.nil?

    part << chunk unless chunk == :wait_readable
  end
  part unless part.empty?
end

# Streams what a process writes into an object. The object comes into being only when the process has ended well.
class Upload
  def initialize(client, object)
    @client, @object = client, object
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
    raise Problem, "#{@bytes} bytes were sent and #{arrived} arrived. Run the backup again" unless arrived == @bytes
  end
end

def dump_to(client, object, schema)
  options = %w[acl owner publications subscriptions security-labels tablespaces password].map { |part| "--no-#{part}" }
  command = ["pg_dump", "--format=custom", "--schema=\"#{schema}\"", "--lock-wait-timeout=#{LOCK_WAIT}", *options]
  Open3.popen3(child_environment, *command, pgroup: true) do |stdin, pipe, stderr, process|
    stdin.close
    pipe.binmode
    errors = Thread.new { stderr.read rescue "" } # Closed when we give up.
    Upload.new(client, object).run(pipe, process, errors)
  ensure
    stop(process)
  end
end
