import type { OpenOutputs } from "../../ops/lib/stack/outputs.ts";
import { placeOf } from "../../ops/lib/stack/place.ts";
import { loadResources } from "../../ops/lib/stack/source.ts";
import { clusterPaths } from "kubernetes-sandbox";
import { runningOnFly } from "../inside/fly.ts";
import { runningInCluster } from "../inside/kubernetes.ts";
import { startServers } from "../inside/servers.ts";
import type { SandboxFolders } from "./folders.ts";

/** Starts the servers for programs inside Chatwoot's containers; the returned function stops them. */
export async function startInsideServers(
  stack: string,
  { databaseUrl, redisUrl }: OpenOutputs,
  folders: SandboxFolders,
): Promise<() => Promise<void>> {
  const place = placeOf(stack, await loadResources(stack));
  const running =
    place.target === "fly"
      ? runningOnFly(folders.fly)
      : await runningInCluster(clusterPaths(folders.cluster), place.namespace);
  return startServers({ databaseUrl, redisUrl, ...running });
}
