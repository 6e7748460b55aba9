import { stringify } from "smol-toml";
import { stopWorkers, stopWorkersSeconds } from "../../chatwoot/stop-workers.ts";
import { sharedSize } from "../../../config/machine-size.ts";

export interface OwnRedisConfigArgs {
  /** Name of the app that Redis runs in. */
  app: string;
  region: string;
  image: string;
  /** Memory of the machine. */
  memoryMb: number;
  /** Size of the volume. */
  sizeGb: number;
}

export const redisPort = 6379;

/** The process group, with one machine. */
export const redisGroup = "redis";

/** The share of memory for data. The rest is for the system, and for pages that change while Redis rewrites its log. */
const maxMemoryShare = 0.6;

const settingsPath = "/etc/redis/redis.conf";
const stopWorkersPath = "/etc/redis/stop-workers.sh";
const privatePath = "/run/redis.conf";
const volumePath = "/data";
/** A folder in the volume, because root owns the root folder of the volume. */
const dataPath = `${volumePath}/redis`;

/**
 * The settings of Redis, without the password. With a policy other than noeviction Sidekiq loses jobs; without a log on
 * disk it loses all of them. Fly's private network uses IPv6.
 */
function renderRedisConf({ memoryMb }: Pick<OwnRedisConfigArgs, "memoryMb">): string {
  return `bind * -::*
port ${redisPort}
dir ${dataPath}
appendonly yes
appendfsync everysec
save 900 1
maxmemory ${Math.floor(memoryMb * maxMemoryShare)}mb
maxmemory-policy noeviction
tcp-keepalive 60
`;
}

const stopWorkersScript = `${stopWorkers(`REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -p ${redisPort}`)}\n`;

/**
 * Shell text that starts Redis as its own user, and stops the workers before it. The password is in a file that only this user can read, and on no
 * command line. Redis needs memory overcommit, because it forks to rewrite its log.
 */
export const redisStart = [
  "set -e",
  "umask 077",
  `{ cat ${settingsPath}; printf "requirepass %s\\n" "$REDIS_PASSWORD"; } > ${privatePath}`,
  `mkdir -p ${dataPath}`,
  `chown redis:redis ${privatePath} ${dataPath}`,
  "sysctl -w vm.overcommit_memory=1 || true",
  `setpriv --reuid redis --regid redis --clear-groups redis-server ${privatePath} & server=$!`,
  `stop() { sh ${stopWorkersPath}; kill -TERM $server; }`,
  "trap stop TERM",
  // The signal ends the first wait.
  "wait $server || wait $server",
].join("; ");

/** fly.toml of the app of Redis: one machine with a volume, reachable only from the organization's other apps. */
export function renderOwnRedisConfig(args: OwnRedisConfigArgs): string {
  const groups = { processes: [redisGroup] };
  const size = `${args.sizeGb}gb`;
  return stringify({
    app: args.app,
    primary_region: args.region,
    kill_signal: "SIGTERM",
    // The workers stop first, then Redis writes its data to disk.
    kill_timeout: `${stopWorkersSeconds + 60}s`,
    build: { image: args.image },
    deploy: { strategy: "rolling" },
    processes: { [redisGroup]: `sh -c '${redisStart}'` },
    checks: {
      redis: { ...groups, type: "tcp", port: redisPort, grace_period: "30s", interval: "15s", timeout: "5s" },
    },
    vm: [{ ...groups, size: sharedSize(args.memoryMb), memory: `${args.memoryMb}mb` }],
    mounts: [
      {
        ...groups,
        source: "redis_data",
        destination: volumePath,
        initial_size: size,
        snapshot_retention: 7,
        // These are the only settings that grow an existing volume.
        auto_extend_size_threshold: 80,
        auto_extend_size_increment: "1gb",
        auto_extend_size_limit: size,
      },
    ],
    files: [
      { guest_path: settingsPath, raw_value: renderRedisConf(args) },
      { guest_path: stopWorkersPath, raw_value: stopWorkersScript },
    ],
    restart: [{ ...groups, policy: "always" }],
  });
}
