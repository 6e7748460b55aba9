import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { metadata, nameOf, type KubeObject } from "./objects.ts";

/** Duration of one watch before it is renewed. */
const watchSeconds = 240;
const retryMs = 1000;

export interface Collection {
  apiVersion: string;
  kind: string;
  namespace: string;
  /** Only the object of this name. */
  name?: string;
}

/**
 * Watches a collection until the signal: `onChange` gets all objects by name after the first list and after every event.
 * A watch that ends or has a gap starts again from a list.
 */
export async function follow(
  cluster: Cluster,
  collection: Collection,
  signal: AbortSignal,
  onChange: (objects: Map<string, KubeObject>) => void,
): Promise<void> {
  const { apiVersion, kind, namespace, name } = collection;
  const query = name === undefined ? {} : { fieldSelector: `metadata.name=${name}` };
  const scope = { apiVersion, kind, metadata: { namespace } };
  while (!signal.aborted) {
    try {
      const path = await cluster.discovery.path(scope);
      const list = await cluster.client.request("GET", path, { query, signal });
      const objects = new Map<string, KubeObject>();
      // Items of a list have no kind field.
      for (const item of list.items) objects.set(nameOf(item), { apiVersion, kind, ...item });
      onChange(objects);
      const events = cluster.client.lines(path, {
        query: {
          ...query,
          watch: true,
          resourceVersion: metadata(list)["resourceVersion"],
          timeoutSeconds: watchSeconds,
        },
        limitMs: (watchSeconds + 30) * 1000,
        signal,
      });
      for await (const event of events) {
        if (event.type === "ERROR") throw new ApiError(event.object?.code ?? 500, event.object);
        if (event.type === "DELETED") objects.delete(nameOf(event.object));
        else objects.set(nameOf(event.object), event.object);
        onChange(objects);
      }
    } catch (error) {
      if (signal.aborted) return;
      // 410 Gone means that the list is too old. Other errors may be temporary too; the time limit of the wait decides.
      if (!(error instanceof ApiError && error.status === 410))
        await delay(retryMs, undefined, { signal }).catch(() => {});
    }
  }
}
