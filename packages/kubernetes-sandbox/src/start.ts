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
  /** The folder of the cluster: data, certificates, logs, pid files. One cluster for each folder. */
  readonly dir: string;
  readonly onProgress?: OnProgress | undefined;
  /** The definitions to apply. Default: cloudnative-pg and barman-cloud. */
  readonly crds?: readonly CrdSetName[];
  readonly storageClasses?: readonly StorageClassOptions[];
  readonly ingressClasses?: readonly IngressClassOptions[];
  /** What else there is, in namespaces that are made for it. */
  readonly objects?: readonly SeedObject[];
  /** The name of the kubeconfig's context. Default: sandbox. */
  readonly context?: string;
  /** The file that container starts are written to. Default: journal.jsonl in the folder. */
  readonly journal?: string;
  /** How many nodes to show. Default: 3. */
  readonly nodes?: number;
  /** Where programs and definitions are kept between runs. Default: `~/.cache/kubernetes-sandbox`. */
  readonly cache?: ToolCache;
  /** The programs, when they are at hand. Default: what buildTools gives. */
  readonly tools?: Tools;
  /** Ends the start early; what it started is stopped. */
  readonly signal?: AbortSignal;
}

/** A running cluster. It outlives this process; `stop` ends it. */
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

/** Starts the cluster of a folder, or attaches to it when it runs; one that is half dead is completed, with its data. */
export async function startCluster(options: StartOptions): Promise<Cluster> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  // Links to one folder are one cluster: its lock and its processes carry the folder's name.
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
        // Between finding a free port and using it, somebody else may have taken it.
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
    onProgress?.({ text: "Bringing up etcd and kube-apiserver", transient: true });
    await start("etcd", "kube-apiserver");
    await ready("kube-apiserver", ["etcd", "kube-apiserver"], () => answers(client, "/readyz"));
    // Before the controller manager, whose collectors look for kinds when they start and then only now and again.
    onProgress?.({ text: `Applying ${crds.length} custom resource definitions`, transient: true });
    await applyCrds(client, paths, crds);
    await applyClasses(client, options.storageClasses ?? [], options.ingressClasses ?? []);
    await applyObjects(client, options.objects ?? []);
    onProgress?.({ text: "Bringing up kube-controller-manager and the stand-ins", transient: true });
    await start("kube-controller-manager", "stand-ins");
    await ready("kube-controller-manager", ["etcd", "kube-apiserver", "kube-controller-manager"], () =>
      answers(client, objectPath("ServiceAccount", "default", "default")),
    );
    await ready("stand-ins", ["stand-ins"], () => hasNodes(client, settings.nodes));
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    const word = started.length === 0 ? "runs" : `started in ${seconds} s`;
    onProgress?.({ text: `Cluster at ${settings.server}: ${word}`, transient: false });
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
