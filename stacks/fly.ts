import * as pulumi from "@pulumi/pulumi";
import { chatwootEnvironment } from "../components/chatwoot/environment.ts";
import { secretsFingerprint } from "../lib/fingerprint.ts";
import { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { encryptionKeyNames } from "../config/kept-secrets.ts";
import { formatPostgresUrl, type PostgresUrl } from "../lib/postgres-url.ts";
import { bootstrapEnvironment } from "../components/chatwoot/preparation.ts";
import { appsOf, ownRedisApp } from "../components/fly/app-names.ts";
import { Addresses } from "../components/fly/addresses.ts";
import { App } from "../components/fly/app.ts";
import { Backup } from "../components/fly/backup/backup.ts";
import { Bucket } from "../components/fly/bucket.ts";
import { Certificate } from "../components/fly/certificate.ts";
import { Deployment } from "../components/fly/deployment.ts";
import { LogShipper } from "../components/fly/log-shipper/log-shipper.ts";
import { renderMachineConfig } from "../components/fly/machine-config.ts";
import { OwnRedis } from "../components/fly/redis/own-redis.ts";
import { PipelineSchedule } from "../components/fly/pipeline-schedule.ts";
import { Redis } from "../components/fly/redis/redis.ts";
import { Secrets } from "../components/fly/secrets.ts";
import type { Config } from "./load.ts";
import type { FlyConfig } from "../config/schema.ts";
import { stackOutputs, type StackOutputs } from "./outputs.ts";
import { supportParts } from "./support.ts";

/** Secrets that a stack has only under some settings; where it does not, an old value must not stay on the app. */
const optionalSecrets = [
  "DATABASE_URL",
  "MIGRATION_DATABASE_URL",
  "REDIS_PASSWORD",
  "SMTP_PASSWORD",
  "STORAGE_ACCESS_KEY_ID",
  "STORAGE_SECRET_ACCESS_KEY",
  "BOOTSTRAP_INSTALLATION_SECRETS",
  "BOOTSTRAP_INBOX_SECRETS",
];

/** Chatwoot on Fly.io: app and Redis side by side, then the secrets, then the release, then the counts. */
export function deployToFly(config: Config<FlyConfig>): StackOutputs {
  const { settings, secret, optionalSecret, environmentSecrets, kept, database, connections } = config;
  const { app: appName, organization, region } = settings.fly;
  const postgres = requireDatabase(database);
  const generated = new GeneratedSecrets("secrets", kept, settings.rotation);
  const databaseUrl = postgres.password.apply((password) => formatPostgresUrl({ ...postgres, password }));
  const support = supportParts({ config, generated, databaseUrl });

  const app = new App("fly", { app: appName, organization });
  const addresses = new Addresses("addresses", { app: appName, ipv4: settings.fly.ipv4 }, { dependsOn: app });
  const redis = redisOf(settings.fly, generated.secretKeyBase, settings.rotation.redisPassword);
  const bucket =
    settings.storage.kind === "tigris"
      ? new Bucket("bucket", { app: appName, organization, bucket: settings.storage.bucket }, { dependsOn: app })
      : undefined;

  const environment = chatwootEnvironment({
    config: settings,
    postgres,
    redis: { url: redis.url },
    secretKeyBase: generated.secretKeyBase,
    encryptionKeys: generated.encryptionKeys,
    storageKeys:
      settings.storage.kind === "s3"
        ? { accessKeyId: secret("storageAccessKeyId"), secretAccessKey: secret("storageSecretAccessKey") }
        : undefined,
    smtpPassword: optionalSecret("smtpPassword"),
    inboundMailPassword: optionalSecret("inboundMailPassword"),
    environmentSecrets,
  });
  const bootstrap = bootstrapEnvironment(
    settings,
    generated,
    optionalSecret("installationSecrets"),
    optionalSecret("inboxSecrets"),
  );
  const migrationUrl = optionalSecret("migrationDatabaseUrl");
  const secrets = {
    ...environment.secrets,
    ...bootstrap.secrets,
    ...(migrationUrl ? { MIGRATION_DATABASE_URL: migrationUrl } : {}),
  };
  const plainSettings = { ...environment.settings, ...bootstrap.settings };

  const staged = new Secrets(
    "app-secrets",
    {
      app: appName,
      secrets,
      retired: [...Object.keys(plainSettings), ...optionalSecrets].filter((name) => !(name in secrets)),
      guarded: [
        ...(kept.secretKeyBase ? [] : ["SECRET_KEY_BASE"]),
        ...(kept.encryptionKeys ? [] : Object.values(encryptionKeyNames)),
      ],
    },
    { dependsOn: bucket ?? app },
  );
  const deployment = new Deployment(
    "deployment",
    {
      app: appName,
      machineConfig: renderMachineConfig({
        app: appName,
        region,
        image: settings.image,
        settings: plainSettings,
        webMemoryMb: settings.web.memoryMb,
        workerMemoryMb: settings.worker.memoryMb,
        releaseMemoryMb: settings.fly.releaseMemoryMb,
        strategy: settings.fly.strategy,
        migratesDirectly: migrationUrl !== undefined,
        hasTigrisKeys: bucket !== undefined,
      }),
      secrets,
      secretsFingerprint: pulumi.unsecret(
        pulumi
          .all([generated.secretKeyBase, pulumi.all(secrets)])
          .apply(([key, values]) => secretsFingerprint(key, values)),
      ),
      restartsWith: redis instanceof OwnRedis ? redis.fingerprint : undefined,
      maintenance:
        connections && "stops" in connections.maintenance && connections.maintenance.stops
          ? connections.maintenance.reason
          : undefined,
      origin: `https://${appName}.fly.dev`,
      releaseTimeoutMinutes: settings.fly.releaseTimeoutMinutes,
      waitTimeoutMinutes: settings.fly.waitTimeoutMinutes,
      counts: { web: settings.web.count, worker: settings.worker.count },
      scaling: { ...settings.fly.scaling, poolLimit: connections?.limit, demand: connections?.demand },
    },
    // Chatwoot's websockets do not come back by themselves when Redis restarts under them.
    { dependsOn: [staged, addresses, redis, ...support.before] },
  );
  const host = new URL(settings.url).hostname;
  const certificate = host.endsWith(".fly.dev")
    ? undefined
    : new Certificate("certificate", { app: appName, host, addresses: addresses.found }, { dependsOn: deployment });
  if (settings.fly.backup !== undefined) {
    new Backup(
      "backup",
      {
        app: appName,
        organization,
        region,
        image: settings.image,
        config: settings.fly.backup,
        databaseUrl: migrationUrl ?? secret("databaseUrl"),
        accessKeyId: secret("backupAccessKeyId"),
        secretAccessKey: secret("backupSecretAccessKey"),
        fingerprintKey: generated.secretKeyBase,
      },
      // The first dump would otherwise find nothing, and later ones the tables in the middle of a migration.
      { dependsOn: deployment },
    );
  }
  if (support.schedule !== undefined)
    new PipelineSchedule(
      "pipeline",
      { app: appName, organization, region, ...support.schedule, fingerprintKey: generated.secretKeyBase },
      // Each looks at once, at tables that the pipeline's own part makes.
      { dependsOn: [deployment, ...support.before] },
    );
  if (settings.fly.logs !== undefined) {
    new LogShipper("logs", {
      app: appName,
      organization,
      region,
      apps: appsOf(settings.fly, settings.support),
      config: settings.fly.logs,
      lokiPassword: secret("lokiPassword"),
      flyLogsToken: secret("flyLogsToken"),
      fingerprintKey: generated.secretKeyBase,
    });
  }

  return stackOutputs({
    settings,
    postgres,
    databaseUrl,
    redisUrl: redis.url,
    secrets: generated,
    factsDatabaseUrl: support.factsDatabaseUrl,
    // The app's own address answers before the DNS of a domain does.
    handover: support.handOver({ apiUrl: `https://${appName}.fly.dev` }, { dependsOn: deployment }),
    dnsRecords: certificate?.records,
  });
}

function redisOf(
  { app, redis, organization, region }: FlyConfig["fly"],
  fingerprintKey: pulumi.Output<string>,
  rotation: number | undefined,
): Redis | OwnRedis {
  if (redis.kind === "upstash") return new Redis("redis", { name: redis.name, organization, region, plan: redis.plan });
  const { memoryMb, sizeGb } = redis;
  return new OwnRedis("redis", {
    app: ownRedisApp(app, redis),
    organization,
    region,
    memoryMb,
    sizeGb,
    rotation,
    fingerprintKey,
  });
}

function requireDatabase(database: Config["database"]): PostgresUrl<pulumi.Output<string>> {
  if (database === undefined) throw new Error("chatwoot:databaseUrl was not checked before it is used");
  // The way from Fly to a database elsewhere is the public network.
  return { ...database, sslMode: database.sslMode ?? "require" };
}
