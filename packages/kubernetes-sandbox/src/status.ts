import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { componentNames, type ComponentName } from "./components.ts";
import { clusterPaths } from "./folder.ts";
import { createKubeClient } from "./kube-client.ts";
import { livingProcess } from "./process.ts";
import { readSettings } from "./settings.ts";

export interface ClusterStatus {
  /** Whether every component is running and the API server is ready. */
  readonly ready: boolean;
  readonly server?: string;
  readonly kubeconfig?: string;
  readonly components: readonly { readonly name: ComponentName; readonly pid?: number; readonly log: string }[];
}

/** The status of a folder's cluster. */
export async function clusterStatus(dir: string): Promise<ClusterStatus> {
  const paths = clusterPaths(resolve(dir));
  const components = componentNames.map((name) => {
    const living = livingProcess(paths.pid(name));
    return { name, ...(living ? { pid: living.pid } : {}), log: paths.log(name) };
  });
  const settings = readSettings(paths);
  if (!settings || !existsSync(paths.kubeconfig)) return { ready: false, components };
  const running = components.every(({ pid }) => pid !== undefined);
  const ready = running && (await isReady(paths.kubeconfig));
  return { ready, server: settings.server, kubeconfig: paths.kubeconfig, components };
}

async function isReady(kubeconfig: string): Promise<boolean> {
  const client = await createKubeClient(kubeconfig);
  try {
    await client.request("GET", "/readyz");
    return true;
  } catch {
    return false;
  } finally {
    client.close();
  }
}
