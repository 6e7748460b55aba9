import { loadConfig } from "./stacks/config/load.ts";
import { deployToFly } from "./stacks/fly.ts";
import { deployToKubernetes } from "./stacks/kubernetes.ts";
import type { StackOutputs } from "./stacks/outputs.ts";

export default function deploy(): StackOutputs {
  const { settings, ...config } = loadConfig();
  return settings.target === "fly" ? deployToFly({ settings, ...config }) : deployToKubernetes({ settings, ...config });
}
