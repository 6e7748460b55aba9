import type { KubeClient, KubeObject } from "../kube-client.ts";
import type { Kind } from "../resources.ts";
import type { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { World } from "./world.ts";

/** The context of a stand-in. */
export interface Context {
  readonly client: KubeClient;
  readonly world: World;
  readonly journal: Journal;
  /** The faults of a namespace. */
  readonly faults: (namespace: string | undefined) => Faults;
  /** Patches an object and updates the cache. Does nothing if the object is deleted. */
  patch(kind: Kind, object: KubeObject, body: unknown, subresource?: "status"): Promise<KubeObject | undefined>;
  /** Creates an object unless it exists. */
  create(kind: Kind, object: KubeObject): Promise<void>;
  /** Records an event of an object, as `kubectl describe` shows it. Repeated events are ignored. */
  event(object: KubeObject, type: "Normal" | "Warning", reason: string, message: string): Promise<void>;
}

/** The next action for an object: none, reconcile when its dependencies change, or reconcile after a delay. */
export interface Outcome {
  readonly waiting?: boolean;
  readonly againMs?: number | undefined;
}

/** The stand-in for one controller that this cluster does not have. */
export interface StandIn {
  readonly name: string;
  /** The kind that it reconciles. */
  readonly kind: Kind;
  /** Kinds whose changes reconcile waiting objects. */
  readonly wakes: readonly Kind[];
  /** Kinds that it only reads. */
  readonly reads?: readonly Kind[];
  /** Reconciles one object by one step. Called again for each change of the object. */
  reconcile(object: KubeObject, context: Context): Promise<Outcome | undefined>;
}
