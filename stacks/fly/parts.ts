import { Addresses } from "../../components/fly/addresses.ts";
import { appsOf, backupApp, logShipperApp, ownRedisApp, pipelineApp } from "../../components/fly/app-names.ts";
import { App } from "../../components/fly/app.ts";
import { Backup } from "../../components/fly/backup/backup.ts";
import { Bucket } from "../../components/fly/bucket.ts";
import { Certificate } from "../../components/fly/certificate.ts";
import type { Deployment } from "../../components/fly/deployment.ts";
import { LogShipper } from "../../components/fly/log-shipper/log-shipper.ts";
import { PipelineSchedule } from "../../components/fly/pipeline-schedule.ts";
import { OwnRedis } from "../../components/fly/redis/own-redis.ts";
import { Redis } from "../../components/fly/redis/redis.ts";
import type { SupportParts } from "../support.ts";
import type { FlyStack } from "./stack.ts";

export function createApp({ config }: FlyStack): App {
  const { app, organization } = config.settings.fly;
  return new App("fly", { app, organization });
}

export function createAddresses({ config }: FlyStack, dependsOn: App): Addresses {
  const { app, ipv4 } = config.settings.fly;
  return new Addresses("addresses", { app, ipv4 }, { dependsOn });
}

export function createRedis({ config: { settings }, secrets, running }: FlyStack): Redis | OwnRedis {
  const { app, redis, organization, region, images } = settings.fly;
  if (redis.kind === "upstash") return new Redis("redis", { name: redis.name, organization, region, plan: redis.plan });
  const { memoryMb, sizeGb } = redis;
  const redisApp = ownRedisApp(app, redis);
  return new OwnRedis("redis", {
    app: redisApp,
    organization,
    region,
    image: images.redis,
    memoryMb,
    sizeGb,
    rotation: settings.rotation.redisPassword,
    fingerprintKey: secrets.secretKeyBase,
    running: running.released[redisApp],
  });
}

export function createBucket({ config: { settings } }: FlyStack, dependsOn: App): Bucket | undefined {
  const { fly, storage } = settings;
  if (storage.kind !== "tigris") return undefined;
  const { app, organization } = fly;
  return new Bucket("bucket", { app, organization, bucket: storage.bucket }, { dependsOn });
}

/** For your own domain only; Fly manages the certificate of fly.dev. */
export function createCertificate(
  { config: { settings } }: FlyStack,
  addresses: Addresses,
  dependsOn: Deployment,
): Certificate | undefined {
  const host = new URL(settings.url).hostname;
  if (host.endsWith(".fly.dev")) return undefined;
  return new Certificate("certificate", { app: settings.fly.app, host, addresses: addresses.found }, { dependsOn });
}

export function createBackup({ config, secrets, running }: FlyStack, dependsOn: Deployment): void {
  const { settings, secret, database, migrationDatabase } = config;
  const { app, organization, region, backup } = settings.fly;
  if (backup === undefined) return;
  new Backup(
    "backup",
    {
      app,
      organization,
      region,
      image: settings.image,
      config: backup,
      database: migrationDatabase ?? database,
      accessKeyId: secret("backupAccessKeyId"),
      secretAccessKey: secret("backupSecretAccessKey"),
      fingerprintKey: secrets.secretKeyBase,
      running: running.scheduled[backupApp(app)],
    },
    // Otherwise the first dump finds no tables, and later dumps run during a migration.
    { dependsOn },
  );
}

export function createPipelineSchedule(
  { config: { settings }, secrets, running: { scheduled } }: FlyStack,
  { schedule, before }: SupportParts,
  deployment: Deployment,
): void {
  const { app, organization, region, images } = settings.fly;
  if (schedule === undefined) return;
  new PipelineSchedule(
    "pipeline",
    {
      ...{ app, organization, region, image: images.node, ...schedule },
      fingerprintKey: secrets.secretKeyBase,
      running: scheduled[pipelineApp(app)],
    },
    // The first run starts immediately and reads tables that SupportPipeline creates.
    { dependsOn: [deployment, ...before] },
  );
}

export function createLogShipper({ config: { settings, secret }, secrets, running }: FlyStack): void {
  const { app, organization, region, logs, images } = settings.fly;
  if (logs === undefined) return;
  new LogShipper("logs", {
    app,
    organization,
    region,
    image: images.logShipper,
    apps: appsOf(settings.fly, settings.support),
    config: logs,
    lokiPassword: secret("lokiPassword"),
    flyLogsToken: secret("flyLogsToken"),
    fingerprintKey: secrets.secretKeyBase,
    running: running.released[logShipperApp(app)],
  });
}
