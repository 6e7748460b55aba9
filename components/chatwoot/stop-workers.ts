/** A job may take 25 s (Sidekiq's timeout), and a worker looks for signals every 10 s. */
export const stopWorkersSeconds = 45;

/**
 * Sends TERM to every live worker through the list that Sidekiq reads at each heartbeat, and returns how many are left. A
 * worker removes itself from `processes` when it has finished; the heartbeat of a killed one expires.
 */
const signalWorkers = [
  "local live = 0",
  'for _, worker in ipairs(redis.call("smembers", "processes")) do',
  '  if redis.call("hexists", worker, "beat") == 1 then',
  "    live = live + 1",
  '    if redis.call("llen", worker .. "-signals") == 0 then redis.call("lpush", worker .. "-signals", "TERM") end',
  '    redis.call("expire", worker .. "-signals", 60)',
  "  end",
  "end",
  "return live",
].join(" ");

/**
 * Shell text to run before Redis stops. A job in progress that meets a Redis that is away can be lost, so the workers stop
 * first: they finish their jobs or put them back. `cli` is redis-cli with its options. Any answer but a number, such as
 * LOADING, ends the wait.
 */
export function stopWorkers(cli: string): string {
  return [
    "n=0",
    `while [ $n -lt ${stopWorkersSeconds} ]`,
    `do case "$(${cli} eval '${signalWorkers}' 0)" in 0) break;; *[!0-9]*|"") break;; esac`,
    "n=$((n+1))",
    "sleep 1",
    "done",
  ].join("; ");
}
