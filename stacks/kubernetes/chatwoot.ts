import * as pulumi from "@pulumi/pulumi";
import { chatwootEnvironment } from "../../components/chatwoot/environment.ts";
import { chosenInitializers, websocketsReconnect } from "../../components/chatwoot/initializers.ts";
import { bootstrapEnvironment } from "../../components/chatwoot/preparation.ts";
import { settingsReadAtStart } from "../../components/chatwoot/settings-read-at-start.ts";
import { Chatwoot, type ChatwootArgs } from "../../components/kubernetes/chart/chatwoot.ts";
import { Environment, type EnvironmentArgs } from "../../components/kubernetes/environment.ts";
import { forcesSsl } from "../../components/kubernetes/edge/force-ssl.ts";
import { Initializers } from "../../components/kubernetes/initializers.ts";
import { databaseKindAnnotation } from "../../components/kubernetes/annotations.ts";
import { databaseUrlOf } from "../../components/chatwoot/database.ts";
import type { DatabaseServer } from "../../components/kubernetes/postgres/server.ts";
import { Preparation } from "../../components/kubernetes/preparation/preparation.ts";
import { redisAuthorityFile } from "../../components/kubernetes/redis/external.ts";
import type { RedisServer } from "../../components/kubernetes/redis/server.ts";
import type { Storage } from "../../components/kubernetes/storage.ts";
import { secretsFingerprint } from "../../lib/fingerprint.ts";
import type { KubernetesStackConfig } from "../load.ts";
import type { KubernetesStack } from "./stack.ts";

/** Services that Chatwoot depends on. */
export interface Services {
  postgres: DatabaseServer;
  redis: RedisServer;
  /** Undefined if attachments are in a bucket. */
  storage: Storage | undefined;
  environment: Environment;
  /** Undefined if every initializer is disabled. */
  initializers: Initializers | undefined;
}

export function createEnvironment(
  { config, secrets, namespace, opts }: KubernetesStack,
  { postgres, redis }: Pick<Services, "postgres" | "redis">,
  guard?: EnvironmentArgs["guard"],
): Environment {
  const { secretKeyBase, encryptionKeys } = secrets;
  const environment = chatwootEnvironment({
    config: config.settings,
    database: postgres.database,
    databaseAuthority: postgres.authority,
    forceSsl: forcesSsl(config.settings.kubernetes.ingress),
    redis: redisEnvironment(config, redis),
    secretKeyBase,
    encryptionKeys,
    storageKeys: storageKeysOf(config),
    smtpPassword: config.optionalSecret("smtpPassword"),
    inboundMailPassword: config.optionalSecret("inboundMailPassword"),
    environmentSecrets: config.environmentSecrets,
  });
  const annotations =
    config.settings.kubernetes.postgres.kind === "external" ? { [databaseKindAnnotation]: "external" } : undefined;
  return new Environment(
    "environment",
    { namespace, secretKeyBase, environment, annotations, ...(guard && { guard }) },
    opts,
  );
}

function redisEnvironment({ settings }: KubernetesStackConfig, { url, openUrl, password, volumes }: RedisServer) {
  const { redis } = settings.kubernetes;
  if (redis.kind !== "external") return { openUrl, password };
  const { verify, disableClientCommand } = redis;
  const authority = volumes.length === 0 ? undefined : redisAuthorityFile;
  return { url, password, verify, authority, disableClientCommand };
}

/** Single sign-on is one more proxy before Chatwoot. */
export function createInitializers(
  { config: { settings }, opts }: KubernetesStack,
  { record }: Environment,
): Initializers | undefined {
  const { ingress, sso } = settings.kubernetes;
  const initializers = chosenInitializers({
    config: settings.initializers,
    image: settings.image,
    clientAddress: { hops: ingress.trustedHops + (sso === undefined ? 0 : 1) },
  });
  return initializers.length === 0 ? undefined : new Initializers("initializers", { record, initializers }, opts);
}

function storageKeysOf({ settings, secret }: KubernetesStackConfig) {
  if (settings.storage.kind === "claim") return undefined;
  return { accessKeyId: secret("storageAccessKeyId"), secretAccessKey: secret("storageSecretAccessKey") };
}

export function createPreparation(
  { config, secrets, namespace, opts }: KubernetesStack,
  { postgres, redis, environment }: Services,
  before: readonly pulumi.Resource[],
): Preparation {
  const { settings, optionalSecret } = config;
  return new Preparation(
    "preparation",
    {
      namespace,
      image: settings.image,
      environment,
      database: postgres.database,
      migrationUrl: config.migrationDatabase && databaseUrlOf(config.migrationDatabase),
      volumes: [...postgres.volumes, ...redis.volumes],
      runAsNonRoot: settings.kubernetes.runAsNonRoot,
      pods: settings.kubernetes.pods,
      bootstrap: bootstrapEnvironment(
        settings,
        secrets,
        optionalSecret("installationSecrets"),
        optionalSecret("inboxSecrets"),
      ),
      timeoutMinutes: settings.kubernetes.releaseTimeoutMinutes,
      migrationStatementTimeoutSeconds: settings.migration.statementTimeoutSeconds,
      encryptionKeys: secrets.encryptionKeys,
      secretKeyBase: secrets.secretKeyBase,
    },
    { ...opts, dependsOn: [postgres, redis, environment, ...before] },
  );
}

export function createChatwoot(
  { config, secrets, namespace, opts }: KubernetesStack,
  { postgres, redis, storage, environment, initializers }: Services,
  dependsOn: Preparation,
  removeOldCopies?: ChatwootArgs["removeOldCopies"],
): Chatwoot {
  const { settings } = config;
  const { image, web, worker } = settings;
  const { chart, scaling, networkPolicies, runAsNonRoot, pods } = settings.kubernetes;
  return new Chatwoot(
    "chatwoot",
    {
      namespace,
      chart,
      image,
      web,
      worker,
      scaling,
      networkPolicies,
      runAsNonRoot,
      pods,
      database: postgres.database,
      databaseSecret: postgres.passwordSecret,
      redis,
      redisIsDeployed: settings.kubernetes.redis.kind !== "external",
      restartsWithRedis:
        settings.kubernetes.redis.kind !== "external" && !websocketsReconnect(settings.initializers, image),
      environment,
      onOneNode: settings.storage.kind === "claim" && settings.storage.accessMode === "ReadWriteOnce",
      settingsFingerprint: settingsFingerprint(config, secrets.secretKeyBase),
      copies: [...environment.copies, ...(initializers ? [initializers.copy] : [])],
      removeOldCopies,
      volumes: [
        ...postgres.volumes,
        ...redis.volumes,
        ...(storage ? [storage.attachments] : []),
        ...(initializers ? [initializers.volume] : []),
      ],
    },
    { ...opts, dependsOn },
  );
}

function settingsFingerprint(
  { settings, optionalSecret }: KubernetesStackConfig,
  key: pulumi.Output<string>,
): pulumi.Output<string> | undefined {
  const open = settingsReadAtStart(settings.installation);
  const secret = optionalSecret("installationSecrets");
  if (secret === undefined && Object.keys(open).length === 0) return undefined;
  return pulumi.unsecret(
    pulumi.all([key, secret ?? "{}"]).apply(([text, json]) =>
      secretsFingerprint(text, {
        ...open,
        ...settingsReadAtStart(JSON.parse(json) as Record<string, string>),
      }),
    ),
  );
}
