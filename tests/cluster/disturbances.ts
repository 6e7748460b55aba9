import { readFileSync, realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterPaths, startCluster } from "kubernetes-sandbox";
import { objectPath, type KubeError, type KubeObject } from "kubernetes-sandbox/client";
import { toolCache } from "../../preview/tool-cache.ts";
import type { Kube } from "../sandbox/cluster.ts";

/* What happens to a cluster during a deployment, other than single requests that fail. */

/** Kills the API server of a sandbox's own cluster, and starts it again after a while. */
export async function restartApiServer(dir: string, awayMs: number): Promise<void> {
  const { pid } = JSON.parse(readFileSync(clusterPaths(realpathSync(dir)).pid("kube-apiserver"), "utf8")) as {
    pid: number;
  };
  process.kill(pid, "SIGKILL");
  await sleep(awayMs);
  await startCluster({ dir, cache: toolCache, crds: [] });
}

/** Cordons a node, if one is named, and evicts the namespace's pods on it (or all of them) as `kubectl drain` does. Returns their names. */
export async function drain(kube: Kube, node?: string): Promise<string[]> {
  if (node !== undefined) await cordon(kube, node, true);
  const pods = (await kube.list("Pod")).filter(({ spec, status }) => {
    const isHere = spec.nodeName !== undefined && (node === undefined || spec.nodeName === node);
    return isHere && !["Succeeded", "Failed"].includes(String(status.phase));
  });
  await Promise.all(pods.map((pod) => evict(kube, pod)));
  return pods.map(({ metadata }) => metadata.name);
}

export async function cordon({ client }: Kube, node: string, unschedulable: boolean): Promise<void> {
  const path = objectPath("Node", undefined, node);
  const object = await client.request("GET", path);
  await client.request("PUT", path, { ...object, spec: { ...(object["spec"] as object), unschedulable } });
}

const limitMs = 60_000;

/** A budget (PodDisruptionBudget) refuses an eviction with 429 until another pod is ready. */
async function evict({ client, namespace }: Kube, { metadata: { name } }: KubeObject): Promise<void> {
  const path = `${objectPath("Pod", namespace, name)}/eviction`;
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
  for (const end = performance.now() + limitMs; ; await sleep(500)) {
    try {
      await client.request("POST", path, eviction);
      return;
    } catch (error) {
      const { code } = error as KubeError;
      if (code === 404) return;
      if (code !== 429 || performance.now() > end) throw error;
    }
  }
}
