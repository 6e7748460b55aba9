import { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { createNamespace, existingNamespace } from "../components/kubernetes/namespace.ts";
import {
  checkedBeforeWriting,
  readBack,
  refuseForeignKeys,
} from "../components/kubernetes/preflight/root-keys-guard.ts";
import type { ClusterAnswers } from "../components/kubernetes/preflight/preflight.ts";
import { createChatwoot, createEnvironment, createInitializers, createPreparation } from "./kubernetes/chatwoot.ts";
import * as parts from "./kubernetes/parts.ts";
import { clusterOptions } from "./kubernetes/stack.ts";
import type { KubernetesStackConfig } from "./load.ts";
import { stackOutputs, type StackOutputs } from "./outputs.ts";
import { supportParts } from "./support.ts";

/**
 * Deploys Chatwoot to Kubernetes: the namespace, then database, Redis and storage in parallel, then the preparation Job,
 * web and worker, single sign-on, and the ingress. Throws before any change if the Chatwoot in the cluster uses other keys
 * (`inCluster`) than this stack; asks again before it writes its keys, and reads them back.
 * `isOwnNamespace`: whether a stack of this program created an existing namespace.
 */
export async function deployToKubernetes(
  config: KubernetesStackConfig,
  inCluster: ClusterAnswers = { present: {} },
  isOwnNamespace = false,
): Promise<StackOutputs> {
  const { settings } = config;
  const secrets = new GeneratedSecrets("secrets", config.kept, settings.rotation);
  const { secretKeyBase, encryptionKeys } = config.kept;
  const areKept = secretKeyBase !== undefined || encryptionKeys !== undefined;
  const own = { ...settings.kubernetes, secrets, areKept };
  await refuseForeignKeys(inCluster, own);
  const support = supportParts({ config, secrets });

  const opts = clusterOptions(settings.kubernetes, inCluster.adopts);
  const operators = parts.createOperators(settings.kubernetes, opts);
  const namespace = settings.kubernetes.createNamespace
    ? createNamespace("namespace", settings.kubernetes, opts)
    : existingNamespace("namespace", settings.kubernetes, isOwnNamespace, opts);
  const stack = { config, secrets, namespace: namespace.metadata.name, opts, facts: inCluster.facts ?? {} };
  parts.createNetworkPolicies(stack, support);
  const postgres = parts.createPostgres(stack, operators);
  const redis = parts.createRedis(stack);
  const storage = parts.createStorage(stack);
  const environment = createEnvironment(
    stack,
    { postgres, redis },
    {
      beforeWriting: (values) => checkedBeforeWriting(values, inCluster, own),
      readBack: (name) => readBack(name, inCluster, own),
    },
  );
  const initializers = createInitializers(stack, environment);
  const services = { postgres, redis, storage, environment, initializers };
  const preparation = createPreparation(stack, services, support.before);
  const chatwoot = createChatwoot(stack, services, preparation, inCluster.removeOldCopies);
  const entrance = parts.createSingleSignOn(stack, chatwoot) ?? chatwoot;
  const edge = parts.createEdge(stack, entrance, chatwoot);
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
