# Prints the state of Redis as one line of JSON.

redis.ping
started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
redis.ping
ping = (Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) * 1000

# A hosted Redis reports fewer values; missing ones are null.
info = begin
  redis.info
rescue Redis::CommandError
  {}
end
policy = info["maxmemory_policy"]
policy ||= begin
  redis.call("CONFIG", "GET", "maxmemory-policy")[1]
rescue StandardError
  nil
end
# One listener for each web process that has had a websocket. A hosted Redis may not know the command.
listeners = begin
  redis.call("PUBSUB", "NUMSUB", "_action_cable_internal")[1].to_i
rescue Redis::CommandError
  nil
end
# Open websockets renew their presence every 20 seconds.
online = redis.scan_each(match: "alfred:ONLINE_PRESENCE::*", count: 1000).to_a.uniq.sum do |key|
  redis.zcount(key, Time.now.to_i - 40, "+inf")
end
number = ->(name) { info[name]&.to_i }

puts JSON.generate(
  pingMs: ping.round(1),
  version: info["redis_version"],
  usedBytes: number["used_memory"],
  maxBytes: number["maxmemory"],
  policy: policy,
  evictedKeys: number["evicted_keys"],
  listeners: listeners,
  online: online,
  clients: number["connected_clients"],
  maxClients: number["maxclients"],
  appendOnly: info["aof_enabled"] && info["aof_enabled"] == "1",
  lastAppend: info["aof_last_write_status"],
  lastRewrite: info["aof_last_bgrewrite_status"],
  lastSnapshot: info["rdb_last_bgsave_status"],
)
