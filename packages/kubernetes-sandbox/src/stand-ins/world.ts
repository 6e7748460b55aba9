import type { KubeObject } from "../kube-client.ts";
import type { Kind } from "../resources.ts";

/** The read-only view for decisions: the objects as last seen. */
export interface Lookup {
  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined;
  list(kind: Kind, namespace?: string): KubeObject[];
}

/** The objects of the cluster as last seen, from watches or from responses to writes. */
export class World implements Lookup {
  readonly #kinds = new Map<Kind, Map<string, KubeObject>>();

  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#kinds.get(kind)?.get(keyOf(namespace, name));
  }

  list(kind: Kind, namespace?: string): KubeObject[] {
    const all = [...(this.#kinds.get(kind)?.values() ?? [])];
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }

  /** Keeps the newest version, so that a delayed watch event does not undo a write. */
  put(kind: Kind, object: KubeObject): void {
    let objects = this.#kinds.get(kind);
    if (!objects) this.#kinds.set(kind, (objects = new Map<string, KubeObject>()));
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const known = objects.get(key);
    if (known && known.metadata.uid === object.metadata.uid && versionOf(known) > versionOf(object)) return;
    objects.set(key, object);
  }

  /** Removes an object, unless a newer object has the same name. */
  remove(kind: Kind, object: KubeObject): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const objects = this.#kinds.get(kind);
    if (objects?.get(key)?.metadata.uid === object.metadata.uid) objects?.delete(key);
  }
}

const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ""}/${name}`;
const versionOf = (object: KubeObject) => Number(object.metadata.resourceVersion ?? 0);

/** The object at the end of the chain of controllers: the Deployment of a pod, not its ReplicaSet. */
export function topOwner(object: KubeObject, world: Lookup): { kind: string; name: string } {
  let current = object;
  let found = { kind: object.kind ?? "Pod", name: object.metadata.name };
  // Chains have at most three objects; the limit prevents an endless loop in a cycle.
  for (let depth = 0; depth < 10; depth++) {
    const owner = current.metadata.ownerReferences?.find((reference) => reference.controller);
    if (!owner) return found;
    found = { kind: owner.kind, name: owner.name };
    const next = world.get(owner.kind as Kind, object.metadata.namespace, owner.name);
    if (!next) return found;
    current = next;
  }
  return found;
}
