import { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { createNamespace } from "../components/kubernetes/namespace.ts";
import { refuseForeignKeys } from "../components/kubernetes/preflight/root-keys-guard.ts";
import type { RootKeys } from "../components/kubernetes/preflight/root-keys.ts";
import { createChatwoot, createEnvironment, createPreparation } from "./kubernetes/chatwoot.ts";
import * as parts from "./kubernetes/parts.ts";
import { clusterOptions } from "./kubernetes/stack.ts";
import type { KubernetesStackConfig } from "./load.ts";
import { stackOutputs, type StackOutputs } from "./outputs.ts";
import { supportParts } from "./support.ts";

/**
 * Chatwoot on Kubernetes: the namespace, then database, Redis and storage side by side, then the preparation Job, then
 * web and worker, then single sign-on, and last the ingress. Refuses to touch the cluster if Chatwoot works with other
 * keys than this stack's, `presentKeys`.
 */
export async function deployToKubernetes(
  config: KubernetesStackConfig,
  presentKeys: RootKeys = {},
): Promise<StackOutputs> {
  const { settings } = config;
  const secrets = new GeneratedSecrets("secrets", config.kept, settings.rotation);
  await refuseForeignKeys(settings.kubernetes, presentKeys, secrets);
  const support = supportParts({ config, secrets });

  const opts = clusterOptions(settings.kubernetes);
  const operators = parts.createOperators(settings.kubernetes, opts);
  const namespace = createNamespace("namespace", settings.kubernetes, opts).metadata.name;
  const stack = { config, secrets, namespace, opts };
  parts.createNetworkPolicies(stack, support);
  const postgres = parts.createPostgres(stack, operators);
  const redis = parts.createRedis(stack);
  const storage = parts.createStorage(stack);
  const environment = createEnvironment(stack, { postgres, redis });
  const services = { postgres, redis, storage, environment };
  const preparation = createPreparation(stack, services, support.before);
  const chatwoot = createChatwoot(stack, services, preparation);
  const entrance = parts.createSingleSignOn(stack, chatwoot) ?? chatwoot;
  const edge = parts.createEdge(stack, entrance);
  parts.createMonitoring(stack, redis);
  parts.createPipelineSchedule(stack, support, chatwoot);
  const handover = support.handOver({}, { ...opts, dependsOn: edge });

  return stackOutputs({
    settings,
    database: postgres.database,
    redisUrl: redis.url,
    secrets,
    factsDatabaseUrl: support.factsDatabaseUrl,
    handover,
  });
}
