import type * as pulumi from "@pulumi/pulumi";
import { websocketsReconnect } from "../../components/chatwoot/initializers.ts";
import { Deployment } from "../../components/fly/deployment.ts";
import { reasonToStop } from "../../components/fly/maintenance.ts";
import { OwnRedis } from "../../components/fly/redis/own-redis.ts";
import type { Redis } from "../../components/fly/redis/redis.ts";
import { Secrets } from "../../components/fly/secrets.ts";
import { workersOf } from "../../config/worker-groups.ts";
import type { FlyConfig } from "../../config/schema.ts";
import type { Running } from "../../components/driver/what-runs.ts";
import type { FlyEnvironment } from "./environment.ts";
import { machineConfigOf } from "./machine-config.ts";
import type { FlyStack } from "./stack.ts";

/** The app's fly.dev URL, which works before the DNS records of a domain are set. */
export function originOf({ app }: FlyConfig["fly"]): string {
  return `https://${app}.fly.dev`;
}

/** What a release brings to the machines besides the secrets. */
interface ReleaseSettings {
  machineConfig: string;
  restartsWith: string | undefined;
  running: Running | undefined;
}

export function releaseSettings(
  { config: { settings }, running }: FlyStack,
  environment: FlyEnvironment,
  redis: Redis | OwnRedis,
): ReleaseSettings {
  return {
    machineConfig: machineConfigOf(settings, environment),
    restartsWith:
      redis instanceof OwnRedis && !websocketsReconnect(settings.initializers, settings.image)
        ? redis.fingerprint
        : undefined,
    running: running.released[settings.fly.app],
  };
}

export function stageSecrets(
  { config: { settings, environmentSecrets }, secrets: generated, rootKeys }: FlyStack,
  { secrets, retired }: FlyEnvironment,
  release: ReleaseSettings,
  dependsOn: pulumi.Resource,
): Secrets {
  const fingerprintKey = generated.secretKeyBase;
  return new Secrets(
    "app-secrets",
    {
      app: settings.fly.app,
      secrets,
      retired,
      chosen: Object.keys(environmentSecrets),
      rootKeys,
      fingerprintKey,
      release,
    },
    { dependsOn },
  );
}

export function createDeployment(
  { config: { settings, connections } }: FlyStack,
  { secrets }: FlyEnvironment,
  release: ReleaseSettings,
  staged: Secrets,
  dependsOn: pulumi.Resource[],
): Deployment {
  const { fly, web, worker } = settings;
  return new Deployment(
    "deployment",
    {
      app: fly.app,
      ...release,
      secrets,
      staged,
      maintenance: reasonToStop(connections.maintenance),
      origin: originOf(fly),
      releaseTimeoutMinutes: fly.releaseTimeoutMinutes,
      waitTimeoutMinutes: fly.waitTimeoutMinutes,
      counts: { web: web.count, ...Object.fromEntries(workersOf(worker).map(({ name, count }) => [name, count])) },
      scaling: { ...fly.scaling, poolLimit: connections.limit, demand: connections.demand, ...groupsThatScale(worker) },
    },
    { dependsOn: [staged, ...dependsOn] },
  );
}

/** What `npm run ops -- scale` needs to know of the groups. */
function groupsThatScale(worker: FlyConfig["worker"]) {
  const [, ...groups] = workersOf(worker);
  if (groups.length === 0) return {};
  return { groups: Object.fromEntries(groups.map(({ name, queues, memoryMb }) => [name, { queues, memoryMb }])) };
}
