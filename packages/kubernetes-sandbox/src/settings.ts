import { readJson, writePrivate, type ClusterPaths } from "./folder.ts";
import { becomesFree, freePorts, type Ports } from "./ports.ts";
import { livingProcess } from "./process.ts";

/** A cluster's stored settings, which its stand-ins read too. */
export interface ClusterSettings {
  readonly ports: Ports;
  readonly context: string;
  readonly server: string;
  readonly nodes: number;
  readonly journal: string;
}

/** The settings of a folder's cluster, if any. */
export function readSettings(paths: ClusterPaths): ClusterSettings | undefined {
  return readJson(paths.settings) as ClusterSettings | undefined;
}

async function usable(ports: Ports, paths: ClusterPaths): Promise<boolean> {
  const apiserver = livingProcess(paths.pid("kube-apiserver")) !== undefined || (await becomesFree(ports.apiserver));
  const etcd =
    livingProcess(paths.pid("etcd")) !== undefined ||
    ((await becomesFree(ports.etcd)) && (await becomesFree(ports.etcdPeer)));
  // A cluster of an earlier version does not have this setting.
  const kubelet =
    Number.isInteger(ports.kubelet) &&
    (livingProcess(paths.pid("stand-ins")) !== undefined || (await becomesFree(ports.kubelet)));
  return apiserver && etcd && kubelet;
}

/** Reuses the previous ports if they are free, so that kubeconfigs stay valid; otherwise selects new ones. */
export async function chooseSettings(
  paths: ClusterPaths,
  wanted: { context?: string | undefined; nodes?: number | undefined; journal?: string | undefined },
): Promise<ClusterSettings> {
  const before = readSettings(paths);
  const ports = before && (await usable(before.ports, paths)) ? before.ports : await freePorts();
  const settings: ClusterSettings = {
    ports,
    context: wanted.context ?? before?.context ?? "sandbox",
    server: `https://127.0.0.1:${ports.apiserver}`,
    nodes: wanted.nodes ?? before?.nodes ?? 3,
    journal: wanted.journal ?? before?.journal ?? paths.journal,
  };
  if (JSON.stringify(settings) !== JSON.stringify(before)) writePrivate(paths.settings, JSON.stringify(settings));
  return settings;
}
