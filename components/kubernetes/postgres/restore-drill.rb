# Restores the newest backup into a throw-away cluster, counts rows in it, and removes it again: the proof that there is
# something to restore. Plain Ruby of Chatwoot's image, without Rails, and its psql.
#
#   ruby restore-drill.rb cluster.json
#
# stdout has one line of JSON, the report; stderr says what is waited for. Ends with 0 only when the rows were there and
# the cluster is gone. The throw-away cluster is removed after a failure and a signal too; what a killed run left is
# removed by the next one.

require "json"
require "net/http"
require "open3"
require "openssl"
require "tempfile"

# Counted in the restored database. The first two have a row in every installation that was ever prepared.
TABLES = %w[accounts users conversations messages].freeze
NEVER_EMPTY = %w[accounts users].freeze

POLL_SECONDS = 2
REMOVAL_SECONDS = Integer(ENV.fetch("DRILL_REMOVAL_SECONDS", "480"))
# A service takes a moment to lead to a database that is ready.
CONNECT_SECONDS = Integer(ENV.fetch("DRILL_CONNECT_SECONDS", "60"))
COUNT_SECONDS = 30 * 60

class DrillFailed < StandardError; end

# The API server, as the pod's service account.
class Api
  class Refused < StandardError
    attr_reader :code

    def initialize(code, message)
      super(message)
      @code = code
    end
  end

  NETWORK_ERRORS = [SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError].freeze

  def initialize(account)
    @account = account
    @host = ENV.fetch("KUBERNETES_SERVICE_HOST")
    @port = ENV.fetch("KUBERNETES_SERVICE_PORT_HTTPS") { ENV.fetch("KUBERNETES_SERVICE_PORT") }.to_i
  end

  def get(path) = call(Net::HTTP::Get.new(path))

  # A server-side apply: unlike a POST, its path has the name, so the role may be limited to that name.
  def create(path, object)
    request = Net::HTTP::Patch.new("#{path}?fieldManager=chatwoot-restore-drill&fieldValidation=Strict")
    call(request, object, "application/apply-patch+yaml")
  end

  def delete(path) = call(Net::HTTP::Delete.new(path), { "propagationPolicy" => "Foreground" })

  # nil where there is no such object.
  def find(path)
    get(path)
  rescue Refused => error
    raise unless error.code == 404
  end

  private

  def call(request, body = nil, type = "application/json")
    # The kubelet renews the token while the pod runs.
    request["Authorization"] = "Bearer #{File.read(File.join(@account, "token"))}"
    request["Accept"] = "application/json"
    request["Content-Type"] = type
    request.body = JSON.generate(body) if body
    options = { use_ssl: true, ca_file: File.join(@account, "ca.crt"), open_timeout: 10, read_timeout: 30 }
    response = Net::HTTP.start(@host, @port, **options) { |http| http.request(request) }
    answer = parse(response.body)
    return answer if response.is_a?(Net::HTTPSuccess)

    raise Refused.new(response.code.to_i, answer["message"] || "the API server answered #{response.code}")
  end

  def parse(text)
    JSON.parse(text.to_s)
  rescue JSON::ParserError
    {}
  end
end

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

# Asks until the block answers something; nil when the time is over. An API server that does not answer is asked again.
def wait(seconds)
  finish = now + seconds
  loop do
    found = begin
      yield
    rescue *Api::NETWORK_ERRORS => error
      warn("waiting for the API server: #{error.message}")
      nil
    rescue Api::Refused => error
      raise unless error.code == 429 || error.code >= 500

      nil
    end
    return found if found
    return nil if now > finish

    sleep(POLL_SECONDS)
  end
end

class Drill
  def initialize(manifest, account)
    @manifest = manifest
    @name, @namespace = manifest["metadata"].values_at("name", "namespace")
    @minutes = Integer(ENV.fetch("DRILL_TIMEOUT_MINUTES"))
    @clusters = "/apis/postgresql.cnpg.io/v1/namespaces/#{@namespace}/clusters"
    @api = Api.new(account)
  end

  def run
    # Of a run that was killed.
    remove
    started = now
    restore
    restored = now
    rows, newest = count
    judge(rows)
    { "rows" => rows, "newestMessageAt" => newest, "restoreSeconds" => (restored - started).round }
  end

  def remove
    gone = wait(REMOVAL_SECONDS) do
      present = @api.find("#{@clusters}/#{@name}")
      @api.delete("#{@clusters}/#{@name}") if present && !present["metadata"]["deletionTimestamp"]
      present.nil?
    end
    return if gone

    raise DrillFailed, "cluster #{@name} is not gone after #{REMOVAL_SECONDS} seconds. " \
                       "Run `kubectl delete clusters.postgresql.cnpg.io #{@name} --namespace #{@namespace}`"
  end

  private

  def restore
    made = wait(60) { @api.create("#{@clusters}/#{@name}", @manifest) }
    raise DrillFailed, "the API server does not answer" unless made

    phase = nil
    ready = wait(@minutes * 60) do
      status = @api.get("#{@clusters}/#{@name}")["status"] || {}
      said = [status["phase"], status["phaseReason"]].compact.reject(&:empty?).join(": ")
      warn("waiting for the restore: #{said}") if said != phase
      phase = said
      (status["conditions"] || []).any? { |it| it["type"] == "Ready" && it["status"] == "True" }
    end
    return if ready

    raise DrillFailed, "the newest backup is not restored after #{@minutes} minutes (#{phase || "no status"})"
  end

  def count
    with_authority do |file|
      environment = {
        "PGHOST" => "#{@name}-rw.#{@namespace}.svc",
        "PGSSLMODE" => "verify-full",
        "PGSSLROOTCERT" => file,
        "PGCONNECT_TIMEOUT" => "10",
        "PGOPTIONS" => "-c statement_timeout=#{COUNT_SECONDS}s",
      }
      answer = JSON.parse(ask(environment))
      [answer.slice(*TABLES), answer["newest"]]
    end
  end

  def ask(environment)
    errors = nil
    answer = wait(CONNECT_SECONDS) do
      output, errors, status = Open3.capture3(environment, *%w[psql -XqAtw -v ON_ERROR_STOP=1 -f -], stdin_data: query)
      # 2 is a connection that did not come about.
      next output if status.success?
      raise DrillFailed, "the restored database cannot be read: #{errors.strip}" unless status.exitstatus == 2
    end
    answer or raise DrillFailed, "the restored database does not answer: #{errors.strip}"
  end

  def query
    counts = TABLES.map { |table| "'#{table}', (SELECT count(*) FROM #{table})" }
    "SELECT json_build_object(#{counts.join(", ")}, 'newest', (SELECT max(created_at) FROM messages))"
  end

  def with_authority
    secret = @api.get("/api/v1/namespaces/#{@namespace}/secrets/#{@name}-ca")
    Tempfile.create("authority") do |file|
      file.write(secret.fetch("data").fetch("ca.crt").unpack1("m"))
      file.flush
      yield file.path
    end
  end

  def judge(rows)
    empty = NEVER_EMPTY.select { |table| rows[table].zero? }
    empty << "messages" if rows["messages"].zero? && rows["conversations"].positive?
    raise DrillFailed, "the restored database has no rows in #{empty.join(" and ")}: #{rows}" if empty.any?
  end
end

def reason_of
  yield
  nil
rescue DrillFailed, Api::Refused, *Api::NETWORK_ERRORS, KeyError, JSON::ParserError => error
  error.message
rescue SignalException => error
  "stopped by #{error.signm}"
end

started = now
manifest = JSON.parse(File.read(ARGV.fetch(0)))
account = ENV.fetch("DRILL_ACCOUNT_FOLDER", "/var/run/secrets/kubernetes.io/serviceaccount")
drill = Drill.new(manifest, account)
found = {}
reason = reason_of { found = drill.run }
# A second signal must not keep the cluster.
%w[TERM INT].each { |signal| trap(signal, "IGNORE") }
unremoved = reason_of { drill.remove }
reason = [reason, unremoved].compact.join("; ")
reason = reason.gsub(ENV["PGPASSWORD"], "***") unless ENV["PGPASSWORD"].to_s.empty?

report = { "event" => "restore-drill", "result" => reason.empty? ? "succeeded" : "failed", **found }
report["reason"] = reason unless reason.empty?
puts JSON.generate({ **report, "seconds" => (now - started).round })
exit(reason.empty? ? 0 : 1)
