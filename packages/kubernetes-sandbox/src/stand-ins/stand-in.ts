import type { KubeClient, KubeObject } from "../kube-client.ts";
import type { Kind } from "../resources.ts";
import type { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { World } from "./world.ts";

/** What a stand-in works with. */
export interface Context {
  readonly client: KubeClient;
  readonly world: World;
  readonly journal: Journal;
  readonly faults: () => Faults;
  /** Writes a part of an object, and lets the next look see it. Does nothing when the object is gone. */
  patch(kind: Kind, object: KubeObject, body: unknown, subresource?: "status"): Promise<KubeObject | undefined>;
  /** Creates an object unless it exists. */
  create(kind: Kind, object: KubeObject): Promise<void>;
  /** Tells something about an object, as `kubectl describe` shows it. Saying the same again is free. */
  event(object: KubeObject, type: "Normal" | "Warning", reason: string, message: string): Promise<void>;
}

/** What to do after a look at an object: nothing, look again when what it needs changes, or look again in a while. */
export interface Outcome {
  readonly waiting?: boolean;
  readonly againMs?: number | undefined;
}

/** The player of one controller that this cluster does not have. */
export interface StandIn {
  readonly name: string;
  /** The kind that it looks after. */
  readonly kind: Kind;
  /** Kinds whose changes may let a waiting object go on. */
  readonly wakes: readonly Kind[];
  /** Kinds that it only looks things up in. */
  readonly reads?: readonly Kind[];
  /** Brings one object a step nearer to what it asks for. Called again for each change of it. */
  reconcile(object: KubeObject, context: Context): Promise<Outcome | undefined>;
}
