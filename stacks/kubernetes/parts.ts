import type { Chatwoot } from "../../components/kubernetes/chart/chatwoot.ts";
import { Edge } from "../../components/kubernetes/edge/edge.ts";
import { Monitoring } from "../../components/kubernetes/monitoring/monitoring.ts";
import { watchedParts } from "../../components/kubernetes/monitoring/watched.ts";
import { serviceHosts } from "../../components/kubernetes/names.ts";
import { NetworkPolicies } from "../../components/kubernetes/network-policies/network-policies.ts";
import { Operators } from "../../components/kubernetes/operators.ts";
import { PipelineSchedule } from "../../components/kubernetes/pipeline-schedule.ts";
import { ExternalPostgres } from "../../components/kubernetes/postgres/external.ts";
import { Postgres } from "../../components/kubernetes/postgres/postgres.ts";
import { ExternalRedis } from "../../components/kubernetes/redis/external.ts";
import type { RedisServer } from "../../components/kubernetes/redis/server.ts";
import { Redis } from "../../components/kubernetes/redis/redis.ts";
import { SingleSignOn } from "../../components/kubernetes/sso/sso.ts";
import { Storage } from "../../components/kubernetes/storage.ts";
import type { KubernetesConfig } from "../../config/schema.ts";
import type { SupportParts } from "../support.ts";
import type { ClusterOptions, KubernetesStack } from "./stack.ts";

export function createOperators(
  { install, networkPolicies }: KubernetesConfig["kubernetes"],
  opts: ClusterOptions,
): Operators | undefined {
  if (!Object.values(install).includes(true)) return undefined;
  return new Operators("operators", { install, operatorNamespace: networkPolicies.operatorNamespace }, opts);
}

export function createNetworkPolicies(
  { config, namespace, opts, facts }: KubernetesStack,
  { schedule }: SupportParts,
): void {
  const { settings, factsDatabase } = config;
  if (!settings.kubernetes.networkPolicies.enabled) return;
  const scheduledFacts = schedule && factsDatabase ? { host: factsDatabase.host, port: factsDatabase.port } : undefined;
  const external = {
    databases: config.servers.filter(({ key }) => key !== "redisUrl"),
    redis: config.servers.find(({ key }) => key === "redisUrl"),
  };
  new NetworkPolicies("network", { namespace, settings: { ...settings, external, scheduledFacts, facts } }, opts);
}

export function createPostgres(
  { config, secrets, namespace, opts }: KubernetesStack,
  operators: Operators | undefined,
): Postgres | ExternalPostgres {
  const { settings, secret, kept } = config;
  const { postgres, pods } = settings.kubernetes;
  if (postgres.kind === "external") {
    if (config.database === undefined) throw new Error("chatwoot:databaseUrl was not checked before it is used");
    const { password, ...address } = config.database;
    return new ExternalPostgres(
      "postgres",
      { namespace, postgres, address, password: () => password, secretKeyBase: secrets.secretKeyBase },
      opts,
    );
  }
  return new Postgres(
    "postgres",
    {
      namespace,
      host: serviceHosts(settings.kubernetes.namespace, postgres.name).database,
      postgres,
      pods,
      backupKeys: () => ({
        accessKeyId: secret("backupAccessKeyId"),
        secretAccessKey: secret("backupSecretAccessKey"),
      }),
      secretKeyBase: secrets.secretKeyBase,
      keptPassword: kept.postgresPassword,
      image: settings.image,
    },
    { ...opts, ...(operators && { dependsOn: operators }) },
  );
}

export function createRedis({ config, secrets, namespace, opts }: KubernetesStack): Redis | ExternalRedis {
  const { settings } = config;
  const { redis } = settings.kubernetes;
  if (redis.kind === "external") {
    if (config.redis === undefined) throw new Error("chatwoot:redisUrl was not checked before it is used");
    return new ExternalRedis("redis", { namespace, redis, address: config.redis }, opts);
  }
  return new Redis(
    "redis",
    {
      namespace,
      host: serviceHosts(settings.kubernetes.namespace).redis,
      ...redis,
      pods: settings.kubernetes.pods,
      image: settings.kubernetes.images.redis,
      secretKeyBase: secrets.secretKeyBase,
      rotation: settings.rotation.redisPassword,
    },
    opts,
  );
}

export function createStorage({ config: { settings }, namespace, opts }: KubernetesStack): Storage | undefined {
  if (settings.storage.kind !== "claim") return undefined;
  return new Storage("storage", { namespace, claim: settings.storage }, opts);
}

export function createSingleSignOn(
  { config: { settings, secret }, secrets, namespace, opts }: KubernetesStack,
  chatwoot: Chatwoot,
): SingleSignOn | undefined {
  const { sso } = settings.kubernetes;
  if (sso === undefined) return undefined;
  return new SingleSignOn(
    "sso",
    {
      namespace,
      url: settings.url,
      sso,
      pods: settings.kubernetes.pods,
      image: settings.kubernetes.images.proxy,
      client: () => ({ id: secret("oidcClientId"), secret: secret("oidcClientSecret") }),
      upstream: chatwoot.service,
      rotation: settings.rotation.cookieSecret,
      secretKeyBase: secrets.secretKeyBase,
    },
    { ...opts, dependsOn: chatwoot },
  );
}

export function createEdge(
  { config: { settings }, namespace, opts, facts }: KubernetesStack,
  entrance: SingleSignOn | Chatwoot,
  chatwoot: Chatwoot,
): Edge {
  const { ingress } = settings.kubernetes;
  const args = {
    namespace,
    url: settings.url,
    ingress,
    backend: entrance.service,
    web: chatwoot.service,
    controller: facts.controller,
  };
  return new Edge("edge", args, { ...opts, dependsOn: entrance });
}

export function createMonitoring(
  { config: { settings }, secrets, namespace, opts }: KubernetesStack,
  redis: RedisServer,
): void {
  const { monitoring, pods, images } = settings.kubernetes;
  if (!monitoring) return;
  new Monitoring(
    "monitoring",
    {
      namespace,
      monitoring,
      pods,
      exporterImage: images.redisExporter,
      watched: watchedParts(settings),
      redis,
      secretKeyBase: secrets.secretKeyBase,
    },
    { ...opts, dependsOn: redis },
  );
}

export function createPipelineSchedule(
  { config: { settings }, namespace, opts }: KubernetesStack,
  { schedule, before }: SupportParts,
  chatwoot: Chatwoot,
): void {
  if (schedule === undefined) return;
  const { pods, images } = settings.kubernetes;
  const args = { namespace, ...schedule, pods, image: images.node };
  new PipelineSchedule("pipeline", args, { ...opts, dependsOn: [chatwoot, ...before] });
}
