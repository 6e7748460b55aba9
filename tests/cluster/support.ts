import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster, type Cluster, type StartOptions } from "kubernetes-sandbox";
import {
  createKubeClient,
  apiVersionOf,
  collectionPath,
  objectPath,
  type KubeClient,
  type KubeObject,
  type Kind,
} from "kubernetes-sandbox/client";
import { toolCache } from "../../preview/tool-cache.ts";

export interface TestCluster {
  readonly cluster: Cluster;
  readonly client: KubeClient;
  create(kind: Kind, namespace: string | undefined, name: string, rest?: object): Promise<KubeObject>;
  get(kind: Kind, namespace: string | undefined, name: string): Promise<KubeObject>;
  list(kind: Kind, namespace?: string): Promise<KubeObject[]>;
  remove(kind: Kind, namespace: string | undefined, name: string): Promise<unknown>;
  /** Tries until the object is as asked for, and returns it. */
  until(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    is: (object: KubeObject) => boolean,
  ): Promise<KubeObject>;
  setFaults(faults: object): Promise<void>;
  journal(): Record<string, unknown>[];
  dispose(): Promise<void>;
}

const limitMs = 20_000;

export const newFolder = () => mkdtempSync(join(tmpdir(), "chatwoot-cluster-"));

/** A cluster in a folder of its own, with short ways to read and write. */
export async function openTestCluster(options: Partial<StartOptions> = {}): Promise<TestCluster> {
  const dir = options.dir ?? newFolder();
  const cluster = await startCluster({ cache: toolCache, ...options, dir });
  const client = await createKubeClient(cluster.kubeconfig);
  const get: TestCluster["get"] = (kind, namespace, name) => client.request("GET", objectPath(kind, namespace, name));
  return {
    cluster,
    client,
    get,
    create: (kind, namespace, name, rest = {}) => {
      const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
      const object = { apiVersion: apiVersionOf(kind), kind, metadata, ...rest };
      return client.request("POST", collectionPath(kind, namespace), object);
    },
    list: async (kind, namespace) =>
      (await client.request("GET", collectionPath(kind, namespace))).items as KubeObject[],
    remove: (kind, namespace, name) => client.request("DELETE", objectPath(kind, namespace, name)),
    async until(kind, namespace, name, is) {
      const end = performance.now() + limitMs;
      for (;;) {
        const object = await get(kind, namespace, name).catch(() => undefined);
        if (object && is(object)) return object;
        if (performance.now() > end)
          throw new Error(`${kind} ${name}: not as wanted: ${JSON.stringify(object?.status)}`);
        await sleep(50);
      }
    },
    async setFaults(faults) {
      writeFileSync(cluster.faults, JSON.stringify(faults));
      await sleep(200); // The file is looked at every 50 ms.
    },
    journal: () =>
      readFileSync(cluster.journal, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    async dispose() {
      client.close();
      await cluster.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Whether an object has a condition with status True. */
export const isTrue = (type: string) => (object: KubeObject) =>
  ((object.status?.conditions ?? []) as { type: string; status: string }[]).some(
    (condition) => condition.type === type && condition.status === "True",
  );

/** A pod template with one container. */
export const template = (labels: Record<string, string>, container: object = {}, spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: "main", image: "example.test/app:1", ...container }], ...spec },
});

export const deployment = (name: string, pod: ReturnType<typeof template>, replicas = 1) => ({
  spec: { replicas, selector: { matchLabels: { app: name } }, template: pod },
});
