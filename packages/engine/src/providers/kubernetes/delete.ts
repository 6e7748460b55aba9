import { isNotFound, NoSuchKindError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { annotationNames, annotation, isAnnotated, metadata, nameOf, namespaceOf, type KubeObject } from "./objects.ts";
import { follow } from "./watch.ts";

export interface DeleteOptions {
  timeoutSeconds: number;
  signal: AbortSignal;
  info(message: string): void;
  warn(message: string): void;
}

/** Only for these kinds does `pulumi.com/skipAwait` apply to deletions. */
const skipsAwait = new Set([
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
]);

/** How owned objects are deleted. */
export function propagationPolicy(inputs: KubeObject): "Orphan" | "Background" | "Foreground" {
  switch (annotation(inputs, annotationNames.deletionPropagation)?.toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      return "Foreground";
  }
}

export function skipsDeletionWait(inputs: KubeObject): boolean {
  return isAnnotated(inputs, annotationNames.skipAwait) && skipsAwait.has(`${inputs["apiVersion"]}/${inputs["kind"]}`);
}

/** Deletes an object and waits until it is gone. A missing object, or a missing kind, counts as deleted. */
export async function deleteObject(
  cluster: Cluster,
  object: KubeObject,
  inputs: KubeObject,
  options: DeleteOptions,
): Promise<void> {
  try {
    const path = await cluster.discovery.path(object, nameOf(object));
    await cluster.client.request("DELETE", path, {
      query: { propagationPolicy: propagationPolicy(inputs) },
      signal: options.signal,
    });
  } catch (error) {
    if (isNotFound(error) || error instanceof NoSuchKindError) return;
    throw error;
  }
  if (!skipsDeletionWait(inputs)) await waitUntilGone(cluster, object, options);
}

async function waitUntilGone(cluster: Cluster, object: KubeObject, options: DeleteOptions): Promise<void> {
  const gone = new AbortController();
  const limit = AbortSignal.timeout(options.timeoutSeconds * 1000);
  const uid: unknown = metadata(object)["uid"];
  let last = object;
  const self = {
    apiVersion: object["apiVersion"],
    kind: object["kind"],
    namespace: namespaceOf(object),
    name: nameOf(object),
  };
  await follow(cluster, self, AbortSignal.any([gone.signal, limit, options.signal]), (objects) => {
    const found = objects.get(nameOf(object));
    // Another object with the same name means that this one is deleted.
    if (!found || (uid !== undefined && metadata(found)["uid"] !== uid)) return gone.abort();
    last = found;
    const blocked: { type: string; status: string; message?: string }[] = found["status"]?.conditions ?? [];
    for (const { type, status, message } of blocked) {
      if (object["kind"] === "Namespace" && type.startsWith("Namespace") && status === "True" && message)
        options.info(message);
    }
  });
  if (gone.signal.aborted) return;
  if (options.signal.aborted) throw new Error(`Resource operation was cancelled for "${nameOf(object)}"`);
  const finalizers: string[] = metadata(last)["finalizers"] ?? [];
  options.warn(`finalizers might be preventing deletion (${finalizers.join(", ")})`);
  throw new Error(`timed out waiting for the condition: ${object["kind"]} "${nameOf(object)}" still exists`);
}
