import { existsSync, realpathSync, rmSync } from "node:fs";
import { withFolderLock } from "./tools/lock.ts";
import type { OnProgress } from "./tools/progress.ts";
import { stopComponents } from "./components-run.ts";
import { componentNames } from "./components.ts";
import { clusterPaths } from "./folder.ts";

export interface StopOptions {
  /** Also deletes the data, certificates, logs and journal. Default: false, so that the next start keeps all objects. */
  readonly wipe?: boolean;
  readonly onProgress?: OnProgress;
}

/** Stops every process of a folder's cluster, if any. */
export async function stopCluster(dir: string, options: StopOptions = {}): Promise<void> {
  if (!existsSync(dir)) return;
  const paths = clusterPaths(realpathSync(dir));
  await withFolderLock(paths.dir, "cluster", options.onProgress, async () => {
    await stopComponents(componentNames, paths);
    if (!options.wipe) return;
    // Delete only the cluster's own files: the path may be wrong, or the folder may contain other files.
    const own = [paths.etcdData, paths.pki, `${paths.dir}/logs`, `${paths.dir}/run`, paths.kubeconfig, paths.settings];
    const more = [
      paths.controllerManagerKubeconfig,
      paths.standInsKubeconfig,
      paths.applied,
      paths.journal,
      paths.writes,
      paths.auditPolicy,
      paths.faults,
      paths.namespaceFaults,
      paths.inside,
    ];
    for (const path of [...own, ...more]) rmSync(path, { recursive: true, force: true });
  });
}
