import { mkdirSync, realpathSync } from "node:fs";
import { buildTools, type Tools } from "./tools/build.ts";
import { ToolCache } from "./tools/cache.ts";
import type { CrdSetName } from "./tools/crd-sets.ts";
import { loadCrds, type CustomResourceDefinition } from "./tools/crds.ts";
import { withFolderLock } from "./tools/lock.ts";
import type { OnProgress } from "./tools/progress.ts";
import { ComponentFailure, ensureComponent, requireLiving, stopComponents } from "./components-run.ts";
import { componentCommand, type ComponentName } from "./components.ts";
import { prepareFolder, writePrivate, type ClusterPaths } from "./folder.ts";
import { createKubeClient, type KubeClient } from "./kube-client.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import { collectionPath, objectPath } from "./resources.ts";
import {
  applyClasses,
  applyCrds,
  applyObjects,
  type IngressClassOptions,
  type SeedObject,
  type StorageClassOptions,
} from "./seed.ts";
import { chooseSettings, type ClusterSettings } from "./settings.ts";
import { clusterStatus, type ClusterStatus } from "./status.ts";
import { stopCluster, type StopOptions } from "./stop.ts";
import { waitUntil } from "./wait.ts";

export interface StartOptions {
  /** The cluster's folder: data, certificates, logs, pid files. One cluster per folder. */
  readonly dir: string;
  readonly onProgress?: OnProgress | undefined;
  /** The CRDs to apply. Default: cloudnative-pg and barman-cloud. */
  readonly crds?: readonly CrdSetName[];
  readonly storageClasses?: readonly StorageClassOptions[];
  readonly ingressClasses?: readonly IngressClassOptions[];
  /** Other objects; their namespaces are created too. */
  readonly objects?: readonly SeedObject[];
  /** The name of the kubeconfig's context. Default: sandbox. */
  readonly context?: string;
  /** The log of container starts. Default: journal.jsonl in the folder. */
  readonly journal?: string;
  /** Number of nodes. Default: 3. */
  readonly nodes?: number;
  /** The cache of programs and CRDs. Default: `~/.cache/kubernetes-sandbox`. */
  readonly cache?: ToolCache;
  /** The control plane's programs. Default: the result of buildTools. */
  readonly tools?: Tools;
  /** Cancels the start and stops what it started. */
  readonly signal?: AbortSignal;
}

/** A running cluster. It keeps running after this process exits, until `stop`. */
export interface Cluster {
  readonly dir: string;
  readonly kubeconfig: string;
  readonly server: string;
  readonly context: string;
  readonly journal: string;
  readonly faults: string;
  stop(options?: StopOptions): Promise<void>;
  status(): Promise<ClusterStatus>;
}

const attempts = 3;

/** Starts a folder's cluster or attaches to it. Missing components are started again, and the data is kept. */
export async function startCluster(options: StartOptions): Promise<Cluster> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  // The real path identifies the cluster in its lock and its processes.
  const dir = realpathSync(options.dir);
  const { onProgress, signal, cache = new ToolCache() } = options;
  const tools = options.tools ?? (await buildTools(cache, { onProgress, signal }));
  const crds = await loadCrds(cache, options.crds ?? ["cloudnative-pg", "barman-cloud"], { onProgress });
  signal?.throwIfAborted();
  return withFolderLock(dir, "cluster", onProgress, async () => {
    const paths = await prepareFolder(dir);
    for (let attempt = 1; ; attempt++) {
      const settings = await chooseSettings(paths, options);
      try {
        await bringUp(paths, settings, tools, crds, options);
        const { server, context, journal } = settings;
        const { kubeconfig, faults } = paths;
        const stop = (stopOptions?: StopOptions) => stopCluster(dir, stopOptions);
        return { dir, kubeconfig, server, context, journal, faults, stop, status: () => clusterStatus(dir) };
      } catch (error) {
        // Another process may take a free port before it is used.
        const taken = error instanceof ComponentFailure && /address already in use/.test(error.message);
        if (!taken || attempt === attempts) throw error;
      }
    }
  });
}

async function bringUp(
  paths: ClusterPaths,
  settings: ClusterSettings,
  tools: Tools,
  crds: readonly CustomResourceDefinition[],
  options: StartOptions,
): Promise<void> {
  const { onProgress, signal } = options;
  const begin = performance.now();
  const started: ComponentName[] = [];
  const start = async (...names: ComponentName[]) => {
    for (const name of names) {
      const command = componentCommand(name, tools, paths, settings.ports);
      if (await ensureComponent(name, command, paths)) started.push(name);
    }
  };
  const users = {
    kubeconfig: "admin",
    controllerManagerKubeconfig: "controllerManager",
    standInsKubeconfig: "standIns",
  } as const;
  for (const [file, user] of Object.entries(users)) {
    writePrivate(paths[file as keyof typeof users], formatKubeconfig(paths, user, settings.server, settings.context));
  }
  const client = await createKubeClient(paths.kubeconfig);
  const ready = (what: string, names: ComponentName[], attempt: () => Promise<boolean>) =>
    waitUntil(what, attempt, { limitMs: 120_000, signal, guard: () => requireLiving(names, paths) });
  try {
    onProgress?.({ text: "Starting etcd and kube-apiserver", transient: true });
    await start("etcd", "kube-apiserver");
    await ready("kube-apiserver", ["etcd", "kube-apiserver"], () => answers(client, "/readyz"));
    // The controller manager discovers kinds at its start and then only rarely, so CRDs come first.
    onProgress?.({ text: `Applying ${crds.length} custom resource definitions`, transient: true });
    await applyCrds(client, paths, crds);
    await applyClasses(client, options.storageClasses ?? [], options.ingressClasses ?? []);
    await applyObjects(client, options.objects ?? []);
    onProgress?.({ text: "Starting kube-controller-manager and the stand-ins", transient: true });
    await start("kube-controller-manager", "stand-ins");
    await ready("kube-controller-manager", ["etcd", "kube-apiserver", "kube-controller-manager"], () =>
      answers(client, objectPath("ServiceAccount", "default", "default")),
    );
    await ready("stand-ins", ["stand-ins"], () => hasNodes(client, settings.nodes));
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    const outcome = started.length === 0 ? "already running" : `started in ${seconds} s`;
    onProgress?.({ text: `Cluster at ${settings.server}: ${outcome}`, transient: false });
  } catch (error) {
    await stopComponents(started, paths);
    throw error;
  } finally {
    client.close();
  }
}

async function answers(client: KubeClient, path: string): Promise<boolean> {
  await client.request("GET", path);
  return true;
}

async function hasNodes(client: KubeClient, count: number): Promise<boolean> {
  const { items } = (await client.request("GET", collectionPath("Node"))) as unknown as {
    items: { status?: { conditions?: { type: string; status: string }[] } }[];
  };
  const isReady = (node: (typeof items)[number]) =>
    node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  return items.filter(isReady).length >= count;
}
