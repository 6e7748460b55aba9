import { withDestroyGuard } from "./components/chatwoot/destroy-guard.ts";
import { isCreatedByStack } from "./components/kubernetes/preflight/namespace-owner.ts";
import { preflight } from "./components/kubernetes/preflight/preflight.ts";
import { dropSourceMaps } from "./lib/stack-traces.ts";
import { loadConfig } from "./stacks/load.ts";
import { deployToFly } from "./stacks/fly.ts";
import { readRunningApps } from "./stacks/fly/running.ts";
import { deployToKubernetes } from "./stacks/kubernetes.ts";
import type { StackOutputs } from "./stacks/outputs.ts";

dropSourceMaps();

export default async function deploy(): Promise<StackOutputs> {
  const config = loadConfig();
  return withDestroyGuard("destroy-guard", async () => {
    if (config.target === "fly") return deployToFly(config, await readRunningApps(config.settings));
    const presentKeys = await preflight(config.settings);
    const { kubernetes } = config.settings;
    return deployToKubernetes(config, presentKeys, !kubernetes.createNamespace && (await isCreatedByStack(kubernetes)));
  });
}
