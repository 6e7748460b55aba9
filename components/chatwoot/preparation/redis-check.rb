# Checks, before anything is changed, whether Redis answers: without it, Rails stops at its start, after the migrations
# have loaded the schema.

REJECTION = /WRONGPASS|NOAUTH|NOPERM|invalid password/i

# A Redis that starts reads its file first.
attempts = 0
begin
  redis.ping
rescue StandardError => error
  attempts += 1
  limit = error.message.start_with?("LOADING") ? 30 : 4
  if attempts < limit && !error.message.match?(REJECTION)
    sleep(2)
    retry
  end
  secrets = [ENV["REDIS_PASSWORD"], ENV["REDIS_URL"][%r{\A\w+://[^/@]*:([^/@]+)@}, 1]].reject { |text| text.to_s.empty? }
  reason = secrets.reduce(error.message.lines.first.to_s.strip) { |shown, secret| shown.gsub(secret, "***") }
  abort("redis check: Redis does not answer; nothing was changed: #{reason}. Check that it runs, and REDIS_URL and its " \
        "password.")
end

puts "redis check: done"
