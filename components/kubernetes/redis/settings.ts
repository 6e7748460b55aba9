/** The port and the files of Redis in its container. */
export const redisPort = 6379;
export const redisFolders = { data: "/data", settings: "/etc/redis", auth: "/run/redis-auth" } as const;

/** Three quarters are for what Redis holds; the rest is for its connections, and for rewriting its log. */
export function maxMemoryMb(memoryMb: number): number {
  return Math.floor(memoryMb * 0.75);
}

/** Sidekiq loses jobs under any other policy than noeviction, and all of them without a log on disk. */
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

/** The password comes from its file, so that it is in no environment and in no command line. */
const ask = `REDISCLI_AUTH="$(cat ${redisFolders.auth}/password)" redis-cli -p ${redisPort} ping`;

/**
 * Alive is whoever answers, also with an error: while Redis reads its log after a start it answers LOADING, and a restart
 * would begin anew. Ready is only who answers PONG.
 */
export const redisProbes = {
  live: ["sh", "-c", ask],
  ready: ["sh", "-c", `test "$(${ask})" = PONG`],
} as const;
