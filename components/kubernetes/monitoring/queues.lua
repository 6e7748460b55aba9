-- What Sidekiq keeps in Redis, as pairs of a name and a number for redis_exporter. It only reads, with EVAL_RO.

local values = {}
local function add(name, value)
  values[#values + 1] = name
  -- Not as a number: Redis would cut its fraction off.
  values[#values + 1] = tostring(value)
end

local clock = redis.call("TIME")
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000

-- Since when the oldest job of a queue waits; newer Sidekiqs write milliseconds.
local function enqueued_at(job)
  local readable, fields = pcall(cjson.decode, job)
  local at = readable and type(fields) == "table" and tonumber(fields.enqueued_at) or nil
  if at and at > 100000000000 then return at / 1000 end
  return at
end

for _, name in ipairs(redis.call("SMEMBERS", "queues")) do
  -- The worker's health check has queues of its own, one for each host.
  if string.sub(name, 1, 13) ~= "sidekiq-alive" then
    local queue = "queue:" .. name
    add("queue_jobs/" .. name, redis.call("LLEN", queue))
    local oldest = redis.call("LINDEX", queue, -1)
    if not oldest then
      add("queue_latency_seconds/" .. name, 0)
    else
      local at = enqueued_at(oldest)
      if at then add("queue_latency_seconds/" .. name, math.max(now - at, 0)) end
    end
  end
end

for name, key in pairs({ retry = "retry", scheduled = "schedule", dead = "dead" }) do
  add("jobs_" .. name, redis.call("ZCARD", key))
end
-- Jobs that public endpoints start too (config/queues.ts): their class is in the module Webhooks.
local public = 0
for first = 0, redis.call("ZCARD", "dead") - 1, 500 do
  for _, job in ipairs(redis.call("ZRANGE", "dead", first, first + 499)) do
    if string.find(job, '"wrapped":"Webhooks::', 1, true) then public = public + 1 end
  end
end
add("jobs_dead_public", public)

for _, name in ipairs({ "processed", "failed" }) do
  add("jobs_" .. name .. "_total", redis.call("GET", "stat:" .. name) or 0)
end

-- An entry of a process that died stays until another cleans up; what it reports expires after a minute.
local processes, busy = 0, 0
for _, identity in ipairs(redis.call("SMEMBERS", "processes")) do
  local report = redis.call("HMGET", identity, "beat", "busy")
  if report[1] then
    processes = processes + 1
    busy = busy + (tonumber(report[2]) or 0)
  end
end
add("worker_processes", processes)
add("worker_busy_threads", busy)

return values
