import type { KubeObject } from "../kube-client.ts";
import type { Kind } from "../resources.ts";
import type { Pod } from "./kubelet/pod.ts";
import { World } from "./world.ts";

/** A world of these objects, in namespace `ns` unless they set another. */
export function worldOf(objects: readonly (readonly [Kind, string, object?])[]): World {
  const world = new World();
  for (const [kind, name, rest] of objects) {
    const { metadata, ...others } = { metadata: {}, ...rest };
    world.put(kind, { kind, metadata: { name, namespace: "ns", uid: `${kind}-${name}`, ...metadata }, ...others });
  }
  return world;
}

export const base64 = (data: Record<string, string>) => ({
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
});

export const podOf = (spec: Partial<Pod["spec"]>, rest: Partial<KubeObject> = {}): Pod => ({
  kind: "Pod",
  metadata: { name: "pod", namespace: "ns", uid: "u1", labels: { app: "web" } },
  ...rest,
  spec: { containers: [{ name: "main", image: "app:1" }], ...spec },
});
