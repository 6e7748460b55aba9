import * as pulumi from "@pulumi/pulumi";
import { chatwootEnvironment } from "../../components/chatwoot/environment.ts";
import { chosenInitializers, websocketsReconnect } from "../../components/chatwoot/initializers.ts";
import { bootstrapEnvironment } from "../../components/chatwoot/preparation.ts";
import { settingsReadAtStart } from "../../components/chatwoot/settings-read-at-start.ts";
import { Chatwoot } from "../../components/kubernetes/chart/chatwoot.ts";
import { Environment, type EnvironmentArgs } from "../../components/kubernetes/environment.ts";
import { forcesSsl } from "../../components/kubernetes/edge/force-ssl.ts";
import { Initializers } from "../../components/kubernetes/initializers.ts";
import { databaseNames } from "../../components/kubernetes/names.ts";
import type { Postgres } from "../../components/kubernetes/postgres/postgres.ts";
import { Preparation } from "../../components/kubernetes/preparation/preparation.ts";
import type { Redis } from "../../components/kubernetes/redis/redis.ts";
import type { Storage } from "../../components/kubernetes/storage.ts";
import { secretsFingerprint } from "../../lib/fingerprint.ts";
import type { KubernetesStackConfig } from "../load.ts";
import type { KubernetesStack } from "./stack.ts";

/** Services that Chatwoot depends on. */
export interface Services {
  postgres: Postgres;
  redis: Redis;
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
    databaseAuthority: postgres.certificate.path,
    forceSsl: forcesSsl(config.settings.kubernetes.ingress),
    redis: { openUrl: redis.openUrl, password: redis.password },
    secretKeyBase,
    encryptionKeys,
    storageKeys: storageKeysOf(config),
    smtpPassword: config.optionalSecret("smtpPassword"),
    inboundMailPassword: config.optionalSecret("inboundMailPassword"),
    environmentSecrets: config.environmentSecrets,
  });
  return new Environment("environment", { namespace, secretKeyBase, environment, ...(guard && { guard }) }, opts);
}

/** Single sign-on is one more proxy before Chatwoot. */
export function createInitializers({
  config: { settings },
  namespace,
  opts,
}: KubernetesStack): Initializers | undefined {
  const { ingress, sso } = settings.kubernetes;
  const initializers = chosenInitializers({
    config: settings.initializers,
    image: settings.image,
    clientAddress: { hops: ingress.trustedHops + (sso === undefined ? 0 : 1) },
  });
  return initializers.length === 0 ? undefined : new Initializers("initializers", { namespace, initializers }, opts);
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
      volumes: [postgres.certificate],
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
      databaseSecret: databaseNames(settings.kubernetes.postgres.name).credentials,
      redis,
      restartsWithRedis: !websocketsReconnect(settings.initializers, image),
      environment,
      settingsFingerprint: settingsFingerprint(config, secrets.secretKeyBase),
      volumes: [
        postgres.certificate,
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
