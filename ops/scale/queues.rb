# Prints Sidekiq's queues as one line of JSON.

# Newer versions of Sidekiq write milliseconds.
def enqueued_at(job)
  at = JSON.parse(job)["enqueued_at"].to_f
  at > 100_000_000_000 ? at / 1000 : at
end

now = Time.now.to_f
# Queues of the worker's health check, one per host.
names = redis.smembers("queues").reject { |name| name.start_with?("sidekiq-alive") }.sort
queues = names.map do |name|
  oldest = redis.lindex("queue:#{name}", -1)
  waited = oldest ? [now - enqueued_at(oldest), 0].max.round : 0
  { name: name, size: redis.llen("queue:#{name}"), latencySeconds: waited }
end

# The entry of a dead process remains for a while, but its heartbeat expires after a minute.
processes = redis.smembers("processes").count { |identity| redis.hget(identity, "beat") }

puts JSON.generate(
  queues: queues,
  retry: redis.zcard("retry"),
  scheduled: redis.zcard("schedule"),
  dead: redis.zcard("dead"),
  processes: processes,
)
