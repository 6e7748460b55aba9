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
require "uri"

class Problem < StandardError; end

def setting(name)
  ENV.fetch("BACKUP_#{name}") { raise Problem, "BACKUP_#{name} is not set. Run `pulumi up` again" }
end

def without_secrets(text)
  secrets = [ENV["PGPASSWORD"], ENV["BACKUP_SECRET_ACCESS_KEY"], ENV["BACKUP_ACCESS_KEY_ID"]].compact
  secrets.reject(&:empty?).reduce(text) { |shown, secret| shown.gsub(secret, "[secret]") }
end
