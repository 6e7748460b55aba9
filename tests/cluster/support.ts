import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
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
import { setNamespaceFaults, type ClusterFaults } from "../helpers/namespace-faults.ts";
import { toolCache } from "../../preview/tool-cache.ts";
import { crdSetNames } from "kubernetes-sandbox/tools";

export interface TestCluster {
  readonly cluster: Cluster;
  readonly client: KubeClient;
  /** Creates a namespace whose name starts with `name`, unique to the test file, and waits until pods can run in it. */
  namespace(name: string, labels?: Record<string, string>): Promise<string>;
  create(kind: Kind, namespace: string | undefined, name: string, rest?: object): Promise<KubeObject>;
  get(kind: Kind, namespace: string | undefined, name: string): Promise<KubeObject>;
  list(kind: Kind, namespace?: string): Promise<KubeObject[]>;
  remove(kind: Kind, namespace: string | undefined, name: string): Promise<unknown>;
  /** Retries until the object matches, and returns it. */
  until(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    is: (object: KubeObject) => boolean,
  ): Promise<KubeObject>;
  setFaults(namespace: string, faults: ClusterFaults): Promise<void>;
  /** The events of a namespace. */
  journal(namespace: string): Record<string, unknown>[];
  dispose(): Promise<void>;
}

const limitMs = 20_000;

export const newFolder = () => mkdtempSync(join(tmpdir(), "chatwoot-cluster-"));

/** A cluster in its own folder, for tests that start and stop it or need an empty one. */
export async function openOwnCluster(options: Partial<StartOptions> = {}): Promise<TestCluster> {
  const dir = options.dir ?? newFolder();
  const cluster = await startCluster({ cache: toolCache, ...options, dir });
  return testCluster(cluster, async () => {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  });
}

type SharedOptions = Pick<StartOptions, "storageClasses" | "ingressClasses" | "objects">;

/** The cluster that test files share, with all custom resource definitions. Each file works in its own namespaces. */
export async function openTestCluster(options: SharedOptions = {}): Promise<TestCluster> {
  const cluster = await startCluster({
    ...options,
    cache: toolCache,
    dir: inject("sharedCluster"),
    crds: crdSetNames,
    context: sharedContext,
  });
  return testCluster(cluster);
}

/** Prod's context, so that prod deploys to the cluster without changes. */
const sharedContext = "newjoy";

async function testCluster(cluster: Cluster, leave: () => Promise<void> = async () => {}): Promise<TestCluster> {
  const client = await createKubeClient(cluster.kubeconfig);
  const get: TestCluster["get"] = (kind, namespace, name) => client.request("GET", objectPath(kind, namespace, name));
  const test: TestCluster = {
    cluster,
    client,
    get,
    async namespace(base, labels = {}) {
      const name = `${base}-${randomBytes(3).toString("hex")}`;
      await client.request("POST", collectionPath("Namespace"), { metadata: { name, labels } });
      await test.until("ServiceAccount", name, "default", () => true);
      return name;
    },
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
    setFaults: (namespace, faults) => setNamespaceFaults(cluster.dir, namespace, faults),
    journal: (namespace) =>
      readFileSync(cluster.journal, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((entry) => entry["namespace"] === namespace),
    async dispose() {
      await leave();
      client.close();
    },
  };
  return test;
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
