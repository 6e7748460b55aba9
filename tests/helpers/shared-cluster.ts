import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { stopCluster } from "kubernetes-sandbox";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the cluster that test files share. The first file that needs it starts it. */
    sharedCluster: string;
  }
}

/** Sets the folder of the shared cluster, and stops the cluster after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), "chatwoot-shared-cluster-"));
  project.provide("sharedCluster", dir);
  return async () => {
    await stopCluster(dir);
    rmSync(dir, { recursive: true, force: true });
  };
}
