import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { chatwootEnvironment } from "../components/chatwoot/environment.ts";
import { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { formatPostgresUrl } from "../lib/postgres-url.ts";
import { bootstrapEnvironment } from "../components/chatwoot/preparation.ts";
import { Chatwoot } from "../components/kubernetes/chart/chatwoot.ts";
import { Edge } from "../components/kubernetes/edge/edge.ts";
import { Environment } from "../components/kubernetes/environment.ts";
import { Monitoring } from "../components/kubernetes/monitoring/monitoring.ts";
import { watchedParts } from "../components/kubernetes/monitoring/watched.ts";
import { databaseNames, serviceHosts } from "../components/kubernetes/names.ts";
import { createNamespace } from "../components/kubernetes/namespace.ts";
import { NetworkPolicies } from "../components/kubernetes/network-policies/network-policies.ts";
import { Operators } from "../components/kubernetes/operators.ts";
import { PipelineSchedule } from "../components/kubernetes/pipeline-schedule.ts";
import { Postgres } from "../components/kubernetes/postgres/postgres.ts";
import type { RootKeys } from "../components/kubernetes/preflight/root-keys.ts";
import { Preparation } from "../components/kubernetes/preparation/preparation.ts";
import { Redis } from "../components/kubernetes/redis/redis.ts";
import { refuseForeignKeys } from "../components/kubernetes/preflight/root-keys-guard.ts";
import { SingleSignOn } from "../components/kubernetes/sso/sso.ts";
import { Storage } from "../components/kubernetes/storage.ts";
import { withFixedFieldManager } from "../components/kubernetes/transform.ts";
import type { Config } from "./load.ts";
import type { KubernetesConfig } from "../config/schema.ts";
import { stackOutputs, type StackOutputs } from "./outputs.ts";
import { supportParts } from "./support.ts";

/**
 * Chatwoot on Kubernetes: the namespace, then database, Redis and storage side by side, then the preparation Job, then
 * web and worker, then single sign-on, and last the way in. Refuses to touch the cluster where Chatwoot works with other
 * keys than this stack's, `presentKeys`.
 */
export async function deployToKubernetes(
  { settings, secret, optionalSecret, environmentSecrets, kept, factsPlace }: Config<KubernetesConfig>,
  presentKeys: RootKeys = {},
): Promise<StackOutputs> {
  const { context, postgres: postgresConfig, redis: redisConfig, sso, chart, ingress } = settings.kubernetes;
  const generated = new GeneratedSecrets("secrets", kept, settings.rotation);
  await refuseForeignKeys(settings.kubernetes, presentKeys, generated);
  const support = supportParts({ config: { settings, optionalSecret }, generated });
  const provider = new k8s.Provider("kubernetes", {
    context,
    // Without these, a changed Secret or ConfigMap is deleted and made again, and every workload that names it with it.
    enableSecretMutable: true,
    enableConfigMapMutable: true,
    // Without this, an object that an interrupted run left behind makes every later run fail.
    upsertExistingObjects: true,
  });
  const opts = { provider, transformations: [withFixedFieldManager] };
  const { install } = settings.kubernetes;
  const { operatorNamespace } = settings.kubernetes.networkPolicies;
  const operators = Object.values(install).includes(true)
    ? new Operators("operators", { install, operatorNamespace }, opts)
    : undefined;
  const namespaceResource = createNamespace("namespace", settings.kubernetes, opts);
  const namespace = namespaceResource.metadata.name;
  const scheduledFacts = support.schedule === undefined ? undefined : factsPlace;
  if (settings.kubernetes.networkPolicies.enabled)
    new NetworkPolicies("network", { namespace, settings: { ...settings, scheduledFacts } }, opts);

  const hosts = serviceHosts(settings.kubernetes.namespace, postgresConfig.name);
  const backupKeys = () => ({
    accessKeyId: secret("backupAccessKeyId"),
    secretAccessKey: secret("backupSecretAccessKey"),
  });
  const postgres = new Postgres(
    "postgres",
    {
      namespace,
      host: hosts.database,
      postgres: postgresConfig,
      backupKeys,
      secretKeyBase: generated.secretKeyBase,
      keptPassword: kept.postgresPassword,
      image: settings.image,
    },
    { ...opts, ...(operators && { dependsOn: operators }) },
  );
  const redis = new Redis(
    "redis",
    {
      namespace,
      host: hosts.redis,
      ...redisConfig,
      secretKeyBase: generated.secretKeyBase,
      rotation: settings.rotation.redisPassword,
    },
    opts,
  );
  const storage =
    settings.storage.kind === "claim"
      ? new Storage("storage", { namespace, claim: settings.storage }, opts)
      : undefined;
  const secretKeyBase = generated.secretKeyBase;

  const environment = new Environment(
    "environment",
    {
      namespace,
      secretKeyBase,
      environment: chatwootEnvironment({
        config: settings,
        postgres: postgres.url,
        postgresAuthority: postgres.certificate.path,
        redis: { openUrl: redis.openUrl, password: redis.password },
        secretKeyBase,
        encryptionKeys: generated.encryptionKeys,
        storageKeys: storage
          ? undefined
          : { accessKeyId: secret("storageAccessKeyId"), secretAccessKey: secret("storageSecretAccessKey") },
        smtpPassword: optionalSecret("smtpPassword"),
        inboundMailPassword: optionalSecret("inboundMailPassword"),
        environmentSecrets,
      }),
    },
    opts,
  );
  const { image, web, worker, url } = settings;
  const { scaling, networkPolicies, runAsNonRoot, monitoring } = settings.kubernetes;
  const preparation = new Preparation(
    "preparation",
    {
      namespace,
      image,
      environment,
      postgres: postgres.url,
      volumes: [postgres.certificate],
      runAsNonRoot,
      bootstrap: bootstrapEnvironment(
        settings,
        generated,
        optionalSecret("installationSecrets"),
        optionalSecret("inboxSecrets"),
      ),
      secretKeyBase,
    },
    { ...opts, dependsOn: [postgres, redis, environment, ...support.before] },
  );
  const chatwoot = new Chatwoot(
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
      postgres: postgres.url,
      postgresSecret: databaseNames(postgresConfig.name).credentials,
      redis,
      environment,
      volumes: [postgres.certificate, ...(storage ? [storage.attachments] : [])],
    },
    { ...opts, dependsOn: preparation },
  );
  const gate =
    sso &&
    new SingleSignOn(
      "sso",
      {
        namespace,
        url,
        sso,
        client: () => ({ id: secret("oidcClientId"), secret: secret("oidcClientSecret") }),
        upstream: chatwoot.service,
        rotation: settings.rotation.cookieSecret,
        secretKeyBase,
      },
      { ...opts, dependsOn: chatwoot },
    );
  const edge = new Edge(
    "edge",
    { namespace, url, ingress, backend: (gate ?? chatwoot).service },
    { ...opts, dependsOn: gate ?? chatwoot },
  );
  if (monitoring)
    new Monitoring(
      "monitoring",
      { namespace, monitoring, watched: watchedParts(settings), redis, secretKeyBase },
      { ...opts, dependsOn: redis },
    );
  if (support.schedule !== undefined)
    new PipelineSchedule(
      "pipeline",
      { namespace, ...support.schedule },
      { ...opts, dependsOn: [chatwoot, ...support.before] },
    );

  return stackOutputs({
    settings,
    postgres: postgres.url,
    databaseUrl: pulumi.output(postgres.url).apply((address) => formatPostgresUrl(address)),
    redisUrl: redis.url,
    secrets: generated,
    factsDatabaseUrl: support.factsDatabaseUrl,
    handover: support.handOver({}, { ...opts, dependsOn: edge }),
  });
}
