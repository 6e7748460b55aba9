import { createHash } from "node:crypto";
import { KubeError, type KubeClient, type KubeObject } from "../kube-client.ts";
import { apiVersionOf, collectionPath, customKinds, definitionOf, objectPath, type Kind } from "../resources.ts";
import { followFaults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { Queue } from "./queue.ts";
import type { Context, StandIn } from "./stand-in.ts";
import { watchKind } from "./watch.ts";
import { World } from "./world.ts";

const notThere = (error: unknown) => error instanceof KubeError && error.code === 404;
const ending = (error: unknown) =>
  error instanceof KubeError && error.code === 403 && /being terminated/.test(error.message);
const exists = (error: unknown) => error instanceof KubeError && error.code === 409;

function createContext(client: KubeClient, world: World, journal: Journal, faults: Context["faults"]): Context {
  const reported = new Map<string, string>();
  return {
    client,
    world,
    journal,
    faults,
    async patch(kind, object, body, subresource) {
      const path = objectPath(kind, object.metadata.namespace, object.metadata.name);
      try {
        const answer = await client.patch(subresource ? `${path}/${subresource}` : path, body);
        world.put(kind, answer);
        return answer;
      } catch (error) {
        if (notThere(error)) return undefined;
        throw error;
      }
    },
    async create(kind, object) {
      const { namespace, name } = object.metadata;
      if (world.get(kind, namespace, name)) return;
      try {
        const body = { apiVersion: apiVersionOf(kind), kind, ...object };
        world.put(kind, await client.request("POST", collectionPath(kind, namespace), body));
      } catch (error) {
        // A namespace that is being deleted accepts no new objects.
        if (!exists(error) && !notThere(error) && !ending(error)) throw error;
      }
    },
    async event(object, type, reason, message) {
      const { namespace = "default", name, uid } = object.metadata;
      const text = `${reason}: ${message}`;
      if (reported.get(uid!) === text) return;
      reported.set(uid!, text);
      const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      const suffix = createHash("sha256").update(`${uid} ${text}`).digest("hex").slice(0, 16);
      const involvedObject = { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid };
      await this.create("Event", {
        metadata: { namespace, name: `${name}.${suffix}`.slice(-253) },
        involvedObject,
        type,
        reason,
        message: message.slice(0, 1024),
        source: { component: "sandbox" },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      }).catch(() => undefined); // Events are best effort.
    },
  };
}

/** Runs the stand-ins against a cluster until the process exits. Resolves when all have processed the initial lists. */
export async function runStandIns(
  standIns: readonly StandIn[],
  client: KubeClient,
  files: { readonly faults: string; readonly namespaceFaults: string; readonly journal: Journal },
): Promise<Context> {
  const world = new World();
  const queues = new Map<StandIn, Queue>();
  const faults = followFaults(files.faults, files.namespaceFaults, () => {
    for (const queue of queues.values()) queue.wake();
    // Faults also apply to running pods.
    for (const standIn of standIns)
      for (const object of world.list(standIn.kind)) queues.get(standIn)?.add(keyOf(object));
  });
  const context = createContext(client, world, files.journal, (namespace) => faults.of(namespace));
  for (const standIn of standIns) {
    const work = (key: string) => {
      const [namespace, name] = key.split("/") as [string, string];
      const object = world.get(standIn.kind, namespace || undefined, name);
      return object ? standIn.reconcile(object, context) : Promise.resolve(undefined);
    };
    queues.set(standIn, new Queue(work));
  }
  const onChange = (kind: Kind) => (object: KubeObject) => {
    const { namespace } = object.metadata;
    for (const [standIn, queue] of queues) {
      if (standIn.kind === kind) queue.add(keyOf(object));
      if (standIn.wakes.includes(kind)) queue.wake((key) => namespace === undefined || key.startsWith(`${namespace}/`));
    }
  };
  const watched = new Set<Kind>();
  const watch = async (kind: Kind) => {
    if (watched.has(kind)) return;
    watched.add(kind);
    await watchKind(client, world, kind, onChange(kind));
  };
  const kinds = new Set(standIns.flatMap((standIn) => [standIn.kind, ...standIn.wakes, ...(standIn.reads ?? [])]));
  const custom = customKinds.filter((kind) => kinds.has(kind));
  // A custom kind can be watched only when its CRD is established, possibly long after the start.
  const onDefinition = (definition: KubeObject) => {
    const kind = custom.find((candidate) => definitionOf(candidate) === definition.metadata.name);
    const conditions = (definition.status?.conditions ?? []) as { type: string; status: string }[];
    if (kind && conditions.some(({ type, status }) => type === "Established" && status === "True")) void watch(kind);
  };
  await Promise.all([...kinds].filter((kind) => !custom.includes(kind as never)).map(watch));
  await watchKind(client, world, "CustomResourceDefinition", onDefinition);
  return context;
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ""}/${metadata.name}`;
