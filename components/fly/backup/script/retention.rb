# What lies in the bucket from earlier runs, and what of it goes.

# Parts of an upload that was killed cost money until somebody ends it.
ABANDONED_SECONDS = 24 * 60 * 60

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
rescue Aws::S3::Errors::ServiceError, Seahorse::Client::NetworkingError => e
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
