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

# A hosted Redis may report less, or refuse CONFIG.
def reported(redis, section, field)
  redis.info(section)[field]
rescue StandardError
  nil
end

def policy_of(redis)
  found = reported(redis, "memory", "maxmemory_policy")
  found || Array(redis.call("CONFIG", "GET", "maxmemory-policy"))[1]
rescue StandardError
  nil
end

if reported(redis, "cluster", "cluster_enabled") == "1"
  abort("redis check: Redis is in cluster mode, which Sidekiq does not support; nothing was changed. Use a Redis without it.")
end

policy = policy_of(redis)
if policy.nil?
  puts "redis check: warning: Redis does not report its maxmemory-policy. Check that it is noeviction."
elsif policy.start_with?("allkeys-")
  lost = "its maxmemory-policy is #{policy}: when its memory is full, it deletes jobs"
  # A release on Fly may have lived with it for long, so it only warns.
  if ENV["INSTALLATION_ENV"] == "kubernetes"
    abort("redis check: #{lost}; nothing was changed. Set it to noeviction.")
  end
  puts "redis check: warning: #{lost}. Set it to noeviction."
elsif policy != "noeviction"
  puts "redis check: warning: its maxmemory-policy is #{policy}: when its memory is full, it deletes sessions and locks. " \
       "Set it to noeviction."
end

puts "redis check: done"
