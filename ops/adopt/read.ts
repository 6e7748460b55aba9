import { z } from "zod";
import type { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { resourceOf, type KubernetesObject } from "./objects.ts";

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
const answer = z.union([z.looseObject({ kind: z.literal("List"), items: z.array(object) }), object]);

/** Kinds of which every object of the namespace is read. */
const neighbours = ["deployment.v1.apps", "statefulset.v1.apps", "ingress.v1.networking.k8s.io", "job.v1.batch"];

/** Reads the live objects among the planned ones, and every workload and ingress of the namespace. */
export async function readLive(kubectl: Kubectl, planned: readonly KubernetesObject[]): Promise<KubernetesObject[]> {
  const names = new Map<string, string[]>();
  for (const one of planned) {
    const resource = resourceOf(one);
    names.set(resource, [...(names.get(resource) ?? []), one.metadata.name]);
  }
  const found: KubernetesObject[] = [];
  for (const [resource, all] of names) {
    if (neighbours.includes(resource)) continue;
    found.push(...(await get(kubectl, [resource, ...new Set(all)])));
  }
  for (const resource of neighbours) found.push(...(await get(kubectl, [resource])));
  return found;
}

async function get(kubectl: Kubectl, what: readonly string[]): Promise<KubernetesObject[]> {
  const args = ["get", ...what, "--ignore-not-found", "--show-managed-fields", "--output", "json"];
  const result = await kubectl.attempt([...args, "--request-timeout", "20s"], 30);
  // A kind that is not installed has no objects.
  if (result.exitCode !== 0 && /doesn't have a resource type/.test(result.stderr)) return [];
  if (result.exitCode !== 0) throw kubectl.failed(args, result);
  if (result.stdout.trim() === "") return [];
  const parsed = answer.parse(JSON.parse(result.stdout));
  return (parsed.kind === "List" && "items" in parsed ? parsed.items : [parsed]) as KubernetesObject[];
}
