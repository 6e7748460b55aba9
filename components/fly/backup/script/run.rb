# One dump with its manifest, or nothing.
def dump_with_manifest(client, bucket, key, started)
  database = inspect_database
  dumper = check_versions(database["server"])
  begin
    dump = dump_to(client, { bucket: bucket, key: key }, database["schema"])
    manifest = { "format" => 1, "dump" => key, "started" => started.iso8601, "ended" => Time.now.utc.iso8601,
                 "pgDump" => dumper, "image" => ENV["FLY_IMAGE_REF"] }.merge(dump, database).compact
    body = "#{JSON.pretty_generate(manifest)}\n"
    client.put_object(bucket: bucket, key: key.sub(/dump\z/, "json"), body: body, content_type: "application/json",
                      content_md5: Digest::MD5.base64digest(body))
    manifest
  rescue Exception # A signal too, and an upload whose end was carried out but not answered.
    begin
      client.delete_object(bucket: bucket, key: key)
    rescue Aws::Errors::ServiceError, Seahorse::Client::NetworkingError
      nil # The cause is told; a dump without a manifest counts for nothing.
    end
    raise
  end
end

def backup
  started = Time.now.utc
  bucket, prefix, keep = setting("BUCKET"), setting("PREFIX"), setting("KEEP").to_i
  raise Problem, "BACKUP_KEEP is not a whole number above 0. Run `pulumi up` again" if keep < 1

  client = connect
  end_abandoned_uploads(client, bucket, prefix)
  key = "#{prefix}/chatwoot-#{started.strftime("%Y%m%dT%H%M%SZ")}.dump"
  made = dump_with_manifest(client, bucket, key, started)
  deleted = delete_old(client, bucket, prefix, keep)
  puts "backup: done #{key}: #{made["bytes"]} bytes, #{made["tables"]} tables, schema version #{made["schemaVersion"]}, " \
       "#{(Time.now.utc - started).ceil} s#{deleted}"
end

def explain(error)
  return error.message if error.is_a?(Problem)

  told = "#{error.class.name.split("::").last}: #{error.message.strip}"
  return told unless error.is_a?(Aws::Errors::ServiceError) || error.is_a?(Seahorse::Client::NetworkingError)

  "bucket #{ENV["BACKUP_BUCKET"]} at #{ENV["BACKUP_ENDPOINT"]}: #{told.chomp(".")}. " \
    "Check the bucket, and that backupAccessKeyId and backupSecretAccessKey may read, write and list it"
end

begin
  backup
rescue Problem, Aws::Errors::ServiceError, Seahorse::Client::NetworkingError, SystemCallError, SignalException => e
  warn "backup: failed: #{without_secrets(explain(e)).strip}"
  exit 1
end
