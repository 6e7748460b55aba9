import { makeInformer, type KubernetesListObject, type KubernetesObject } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient, KubeObject } from "../kube-client.ts";
import { apiVersionOf, collectionPath, type Kind } from "../resources.ts";
import type { World } from "./world.ts";

const retryMs = 500;

/** Updates the world with one kind, and reports each change. Resolves after the first complete list. */
export async function watchKind(
  client: KubeClient,
  world: World,
  kind: Kind,
  onChange: (object: KubeObject) => void,
): Promise<void> {
  const path = collectionPath(kind);
  const list = async () => (await client.request("GET", path)) as unknown as KubernetesListObject<KubernetesObject>;
  const informer = makeInformer(client.config, path, list);
  // Objects in lists have no kind field.
  const typed = (object: KubernetesObject) =>
    Object.assign(object, { kind, apiVersion: apiVersionOf(kind) }) as unknown as KubeObject;
  const seen = (object: KubernetesObject) => {
    world.put(kind, typed(object));
    onChange(object as unknown as KubeObject);
  };
  informer.on("add", seen);
  informer.on("update", seen);
  informer.on("delete", (object: KubernetesObject) => {
    world.remove(kind, typed(object));
    onChange(object as unknown as KubeObject);
  });
  const restart = async () => {
    await sleep(retryMs);
    await informer.start();
  };
  // The API server may be restarting, so its error is ignored.
  informer.on("error", () => void restart());
  await informer.start();
}
