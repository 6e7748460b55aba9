import { backupApp, logShipperApp, ownRedisApp, pipelineApp } from "../../components/fly/app-names.ts";
import { checkBootstrap } from "./bootstrap.ts";
import { checkCharacters } from "./characters.ts";
import { checkConnections } from "./connections.ts";
import { checkDatabaseHosts } from "./database-hosts.ts";
import { checkDeliveries } from "./deliveries.ts";
import { checkDirectUploads } from "./direct-uploads.ts";
import { checkExternal, warnOfExternal } from "./external.ts";
import { checkUnused } from "./unused.ts";
import { checkGoogle } from "./google.ts";
import { checkInboundMail } from "./inbound-mail.ts";
import { checkUrl } from "./url.ts";
import { checkEdge } from "./edge.ts";
import { checkEnvironment, checkInstallation, warnOfEnvironment } from "./environment.ts";
import { checkMail, warnOfMail } from "./mail.ts";
import { checkKubernetesScaling } from "./scaling-kubernetes.ts";
import { checkRedisClients } from "./redis-clients.ts";
import { checkRotation } from "./rotation.ts";
import { checkStorage } from "./storage.ts";
import { checkSso } from "./sso.ts";
import { checkSupport } from "./support.ts";
import { checkPods } from "./pods.ts";
import { checkWorkerGroups } from "./worker-groups.ts";
import { checkPostgres } from "./postgres.ts";
import { workersOf } from "../../config/worker-groups.ts";
import { growsTo, maxSharedMemoryMb, sharedSize } from "../../config/machine-size.ts";
import type { Addresses } from "./addresses.ts";
import type { RedisUrl } from "../../lib/redis-url.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

export interface CheckedParts {
  settings: PartialSettings;
  addresses: Addresses;
  /** Parts of the secret redisUrl; undefined if it is missing or invalid. */
  redisAddress: RedisUrl | undefined;
  /** Names in the secret keptSecrets. */
  keptSecrets: readonly string[];
  /** Names in the secret environmentSecrets. */
  environmentSecrets: readonly string[];
  /** Names in the secret installationSecrets. */
  installationSecrets: readonly string[];
  /** Names in the secret inboxSecrets; undefined if it is missing or invalid. */
  inboxSecrets: readonly string[] | undefined;
}

/** Checks keys against each other. Skips a check if a key that it needs is missing. */
export function crossCheck(parts: CheckedParts): Problem[] {
  const { settings, addresses, environmentSecrets, installationSecrets, inboxSecrets } = parts;
  return [
    ...checkConnections(settings, addresses),
    ...checkDatabaseHosts(settings, addresses),
    ...checkRedisClients(settings),
    ...checkPostgres(settings),
    ...checkPods(settings),
    ...checkExternal(settings, addresses, parts.redisAddress),
    ...checkUnused(settings, parts.keptSecrets),
    ...checkMail(settings),
    ...checkStorage(settings),
    ...checkInboundMail(settings),
    ...checkDeliveries(settings),
    ...checkDirectUploads(settings),
    ...checkGoogle(settings, environmentSecrets),
    ...checkCharacters(settings),
    ...checkUrl(settings),
    ...checkApps(settings),
    ...checkMemory(settings),
    ...checkScaling(settings),
    ...checkKubernetesScaling(settings),
    ...checkWorkerGroups(settings),
    ...checkEnvironment(settings, environmentSecrets),
    ...checkSso(settings),
    ...checkEdge(settings),
    ...checkSupport(settings),
    ...checkRotation(settings),
    ...checkInstallation(settings, installationSecrets),
    ...checkBootstrap(settings, inboxSecrets),
  ];
}

/** What works only in some networks or versions. */
export function crossWarn({ settings, addresses, environmentSecrets }: CheckedParts): Problem[] {
  return [
    ...warnOfMail(settings),
    ...warnOfExternal(settings, addresses),
    ...warnOfEnvironment(settings, environmentSecrets),
  ];
}

/** Fly's limit for an app name. */
const longestAppName = 63;

/** Redis, backup, log shipper and pipeline checks each have their own app; the names must differ. */
function checkApps({ fly, support }: PartialSettings): Problem[] {
  if (fly === undefined) return [];
  const problems: Problem[] = [];
  const others = new Map([[fly.app, "chatwoot"]]);
  if (fly.backup !== undefined) others.set(backupApp(fly.app), "the dumps");
  if (fly.logs !== undefined) others.set(logShipperApp(fly.app), "the log shipper");
  if (support?.schedules.runner === "stack") others.set(pipelineApp(fly.app), "the pipeline's checks");
  const redis = fly.redis.kind === "own" ? ownRedisApp(fly.app, fly.redis) : undefined;
  const owner = redis === undefined ? undefined : others.get(redis);
  if (owner !== undefined)
    problems.push({ key: "fly.redis.app", message: `is the name of the app of ${owner}. Choose another one` });
  const long = [...others.keys(), ...(redis === undefined ? [] : [redis])].find((name) => name.length > longestAppName);
  if (long !== undefined)
    problems.push({
      key: "fly.app",
      message: `makes the app name ${long}, which is longer than ${longestAppName} characters. Choose a shorter one`,
    });
  return problems;
}

function checkMemory({ target, web, worker }: PartialSettings): Problem[] {
  if (target !== "fly") return [];
  return [...(web ? [{ ...web, key: "web" }] : []), ...(worker ? workersOf(worker) : [])]
    .filter(({ memoryMb }) => memoryMb > maxSharedMemoryMb)
    .map(({ key }) => ({
      key: `${key}.memoryMb`,
      message: `is above the maximum of ${maxSharedMemoryMb} for a shared machine on Fly. Lower it, and raise ${key}.count`,
    }));
}

function checkScaling({ worker, fly }: PartialSettings): Problem[] {
  if (worker === undefined || fly === undefined) return [];
  const { maxWorkers, maxWorkerMemoryMb } = fly.scaling;
  const problems: Problem[] = [];
  for (const { key, count, memoryMb } of workersOf(worker)) {
    if (count > maxWorkers)
      problems.push({
        key: "fly.scaling.maxWorkers",
        message: `is ${maxWorkers}, but ${key}.count is ${count}. Raise it to ${count} or more`,
      });
    if (memoryMb > maxWorkerMemoryMb)
      problems.push({
        key: "fly.scaling.maxWorkerMemoryMb",
        message: `is ${maxWorkerMemoryMb}, but ${key}.memoryMb is ${memoryMb}. Raise it to ${memoryMb} or more`,
      });
  }
  if (worker.memoryMb <= maxWorkerMemoryMb && maxWorkerMemoryMb > growsTo(worker.memoryMb))
    problems.push({
      key: "fly.scaling.maxWorkerMemoryMb",
      message:
        `is ${maxWorkerMemoryMb}, above the maximum of ${growsTo(worker.memoryMb)} for a ${sharedSize(worker.memoryMb)} machine ` +
        `(from worker.memoryMb ${worker.memoryMb}). Lower it to ${growsTo(worker.memoryMb)}, or raise worker.memoryMb`,
    });
  return problems;
}
