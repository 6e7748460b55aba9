import { knownValue } from "../components/chatwoot/known-value.ts";
import { withDestroyGuard } from "../components/chatwoot/destroy-guard.ts";
import { refuseLostObjects } from "../components/kubernetes/preflight/lost-objects.ts";
import { isCreatedByStack } from "../components/kubernetes/preflight/namespace-owner.ts";
import { preflight } from "../components/kubernetes/preflight/preflight.ts";
import { refuseOverwrittenKeys } from "../components/kubernetes/preflight/root-keys-guard.ts";
import { deployToFly } from "./fly.ts";
import { readRunningApps } from "./fly/running.ts";
import { deployToKubernetes } from "./kubernetes.ts";
import { loadConfig, type KubernetesStackConfig } from "./load.ts";
import type { StackOutputs } from "./outputs.ts";
import { registerTransforms, type Transform } from "./transforms.ts";

export interface ChatwootOptions {
  /** Change every resource of the stack; see docs/transforms.md. Default: none. */
  transforms?: readonly Transform[];
}

/** The whole program: deploys the configured stack. */
export async function chatwoot({ transforms = [] }: ChatwootOptions = {}): Promise<StackOutputs> {
  const config = loadConfig();
  registerTransforms(transforms);
  return withDestroyGuard("destroy-guard", async () => {
    if (config.target === "fly") return { outputs: await deployToFly(config, await readRunningApps(config.settings)) };
    const { settings } = config;
    const { kubernetes } = settings;
    const inCluster = await preflight(settings, process.env, config.servers, () => backupKeysOf(config));
    const isOwnNamespace = !kubernetes.createNamespace && (await isCreatedByStack(kubernetes));
    const { ask } = inCluster;
    const end = inCluster.startDryRuns?.();
    const outputs = await deployToKubernetes(config, inCluster, isOwnNamespace);
    if (ask === undefined) return { outputs };
    return {
      outputs,
      ...(end && { end }),
      async check(resources) {
        await refuseOverwrittenKeys(inCluster, { ...kubernetes, secrets: outputs });
        await refuseLostObjects(ask, settings, resources);
      },
    };
  });
}

/** The keys of the backup bucket, if the stack's configuration has them. */
async function backupKeysOf({ optionalSecret }: KubernetesStackConfig) {
  const [id, key] = [optionalSecret("backupAccessKeyId"), optionalSecret("backupSecretAccessKey")];
  if (id === undefined || key === undefined) return undefined;
  const [accessKeyId, secretAccessKey] = await Promise.all([knownValue(id), knownValue(key)]);
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
}
