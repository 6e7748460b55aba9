import { stopWorkers } from "../../chatwoot/stop-workers.ts";

/** The port and the files of Redis in its container. */
export const redisPort = 6379;
export const redisFolders = { data: "/data", settings: "/etc/redis", auth: "/run/redis-auth" } as const;

/** Three quarters are for data; the rest is for connections and for rewriting the log. */
export function maxMemoryMb(memoryMb: number): number {
  return Math.floor(memoryMb * 0.75);
}

/** With a policy other than noeviction Sidekiq loses jobs; without a log on disk it loses all of them. */
export function renderRedisConf(memoryMb: number): string {
  return `port ${redisPort}
appendonly yes
appendfsync everysec
save 900 1
maxmemory ${maxMemoryMb(memoryMb)}mb
maxmemory-policy noeviction
tcp-keepalive 60
dir ${redisFolders.data}
include ${redisFolders.auth}/auth.conf
`;
}

/** A file has the password, so that it is in no environment and on no command line. */
const cli = `REDISCLI_AUTH="$(cat ${redisFolders.auth}/password)" redis-cli -p ${redisPort}`;
const ask = `${cli} ping`;

/** Runs before any stop of the pod: an update, a drained node, a deletion. */
export const redisPreStop = ["sh", "-c", stopWorkers(cli)] as const;

/**
 * The liveness probe accepts any answer, including an error: while Redis reads its log after a start it answers
 * LOADING, and a restart would begin again. The readiness probe requires PONG.
 */
export const redisProbes = {
  live: ["sh", "-c", ask],
  ready: ["sh", "-c", `test "$(${ask})" = PONG`],
} as const;
