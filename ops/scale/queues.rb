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

# Jobs of ActiveJob have their class as "wrapped".
dead_classes = Hash.new(0)
(0...redis.zcard("dead")).step(500) do |first|
  redis.zrange("dead", first, first + 499).each do |job|
    fields = JSON.parse(job)
    dead_classes[fields["wrapped"] || fields["class"]] += 1
  end
end

# A running scheduler enqueues a due job within seconds.
overdue = %w[retry schedule].sum { |name| redis.zcount(name, "-inf", now - 60) }

# Each worker renews such a key, which expires after 10 minutes; without it, its health check answers 404.
alive = redis.scan_each(match: "SIDEKIQ::LIVENESS_PROBE_TIMESTAMP*", count: 1000).to_a.uniq.size

# The entry of a dead process remains for a while, but its heartbeat expires after a minute.
processes = redis.smembers("processes").select { |identity| redis.hget(identity, "beat") }
served = processes.flat_map { |identity| JSON.parse(redis.hget(identity, "info") || "{}")["queues"] || [] }.uniq.sort

puts JSON.generate(
  queues: queues,
  retry: redis.zcard("retry"),
  scheduled: redis.zcard("schedule"),
  overdue: overdue,
  dead: redis.zcard("dead"),
  deadClasses: dead_classes,
  processes: processes.size,
  served: served,
  healthChecks: alive,
)
