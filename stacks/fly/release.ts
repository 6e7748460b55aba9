import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "../../components/fly/deployment.ts";
import { reasonToStop } from "../../components/fly/maintenance.ts";
import { OwnRedis } from "../../components/fly/redis/own-redis.ts";
import type { Redis } from "../../components/fly/redis/redis.ts";
import { Secrets } from "../../components/fly/secrets.ts";
import { encryptionKeyNames } from "../../config/kept-secrets.ts";
import type { FlyConfig } from "../../config/schema.ts";
import { secretsFingerprint } from "../../lib/fingerprint.ts";
import type { FlyEnvironment } from "./environment.ts";
import { machineConfigOf } from "./machine-config.ts";
import type { FlyStack } from "./stack.ts";

/** The app's fly.dev URL, which works before the DNS records of a domain are set. */
export function originOf({ app }: FlyConfig["fly"]): string {
  return `https://${app}.fly.dev`;
}

export function stageSecrets(
  { config: { settings, kept } }: FlyStack,
  { secrets, retired }: FlyEnvironment,
  dependsOn: pulumi.Resource,
): Secrets {
  // Generated keys must not overwrite those of an existing Chatwoot.
  const guarded = [
    ...(kept.secretKeyBase ? [] : ["SECRET_KEY_BASE"]),
    ...(kept.encryptionKeys ? [] : Object.values(encryptionKeyNames)),
  ];
  return new Secrets("app-secrets", { app: settings.fly.app, secrets, retired, guarded }, { dependsOn });
}

export function createDeployment(
  { config: { settings, connections }, secrets }: FlyStack,
  environment: FlyEnvironment,
  redis: Redis | OwnRedis,
  dependsOn: pulumi.Resource[],
): Deployment {
  const { fly, web, worker } = settings;
  return new Deployment(
    "deployment",
    {
      app: fly.app,
      machineConfig: machineConfigOf(settings, environment),
      secrets: environment.secrets,
      secretsFingerprint: pulumi.unsecret(
        pulumi
          .all([secrets.secretKeyBase, pulumi.all(environment.secrets)])
          .apply(([key, values]) => secretsFingerprint(key, values)),
      ),
      // Chatwoot's websockets do not reconnect after a restart of Redis.
      restartsWith: redis instanceof OwnRedis ? redis.fingerprint : undefined,
      maintenance: reasonToStop(connections.maintenance),
      origin: originOf(fly),
      releaseTimeoutMinutes: fly.releaseTimeoutMinutes,
      waitTimeoutMinutes: fly.waitTimeoutMinutes,
      counts: { web: web.count, worker: worker.count },
      scaling: { ...fly.scaling, poolLimit: connections.limit, demand: connections.demand },
    },
    { dependsOn },
  );
}
