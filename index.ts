import { preflight } from "./components/kubernetes/preflight/preflight.ts";
import { loadConfig } from "./stacks/load.ts";
import { deployToFly } from "./stacks/fly.ts";
import { deployToKubernetes } from "./stacks/kubernetes.ts";
import type { StackOutputs } from "./stacks/outputs.ts";

// Pulumi's host maps every stack trace through source maps, and the SDK takes one for each of its promises. Nothing here
// needs a map: Node runs these sources as they stand, at the lines and columns that they have.
if (/[\\/]cmd[\\/]run\b/.test(process.argv[1] ?? "")) Reflect.deleteProperty(Error, "prepareStackTrace");

export default async function deploy(): Promise<StackOutputs> {
  const config = loadConfig();
  if (config.target === "fly") return deployToFly(config);
  return deployToKubernetes(config, await preflight(config.settings));
}
