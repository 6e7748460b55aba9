import { stringify } from "smol-toml";
import { versions } from "../../../config/versions.ts";
import { sharedSize } from "../../../config/machine-size.ts";

export interface OwnRedisConfigArgs {
  /** Name of the app that Redis runs in. */
  app: string;
  region: string;
  /** Memory of its machine. */
  memoryMb: number;
  /** Size of its volume. */
  sizeGb: number;
}

export const redisPort = 6379;

/** The process group, of one machine. */
export const redisGroup = "redis";

/** What Redis may fill; the rest is for the system, and for the copy of pages that change while Redis writes its log anew. */
const maxMemoryShare = 0.6;

const settingsPath = "/etc/redis/redis.conf";
const privatePath = "/run/redis.conf";
const volumePath = "/data";
/** A folder in the volume, because the volume's own root belongs to root. */
const dataPath = `${volumePath}/redis`;

/**
 * Redis's own settings, without the password. Sidekiq loses jobs under any other policy than noeviction, and all of them
 * without a log on disk. Fly's private network is IPv6.
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

/**
 * Shell text that starts Redis as its own user, with the password in a file that only that user can read: it is in no
 * command line. Redis asks for overcommitted memory, because it forks to write its log anew.
 */
export const redisStart = [
  "set -e",
  "umask 077",
  `{ cat ${settingsPath}; printf "requirepass %s\\n" "$REDIS_PASSWORD"; } > ${privatePath}`,
  `mkdir -p ${dataPath}`,
  `chown redis:redis ${privatePath} ${dataPath}`,
  "sysctl -w vm.overcommit_memory=1 || true",
  `exec setpriv --reuid redis --regid redis --clear-groups redis-server ${privatePath}`,
].join("; ");

/** fly.toml of the app that Redis runs in: one machine with a volume, reached by the organization's other apps alone. */
export function renderOwnRedisConfig(args: OwnRedisConfigArgs): string {
  const groups = { processes: [redisGroup] };
  const size = `${args.sizeGb}gb`;
  return stringify({
    app: args.app,
    primary_region: args.region,
    kill_signal: "SIGTERM",
    // Redis writes everything down before it ends.
    kill_timeout: "60s",
    build: { image: versions.redisImage },
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
        // The size of a volume that exists changes by this alone.
        auto_extend_size_threshold: 80,
        auto_extend_size_increment: "1gb",
        auto_extend_size_limit: size,
      },
    ],
    files: [{ guest_path: settingsPath, raw_value: renderRedisConf(args) }],
    restart: [{ ...groups, policy: "always" }],
  });
}
