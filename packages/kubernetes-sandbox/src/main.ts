// Manual trials of the cluster: `node packages/kubernetes-sandbox/src/main.ts up|down|status --dir DIR [--wipe] [--all-crds]`.
import { parseArgs } from "node:util";
import { crdSetNames } from "./tools/crd-sets.ts";
import { progressPrinter } from "./tools/progress.ts";
import { clusterStatus, startCluster, stopCluster } from "./index.ts";

const usage = "usage: node packages/kubernetes-sandbox/src/main.ts up|down|status --dir DIR [--wipe] [--all-crds]";

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { dir: { type: "string" }, wipe: { type: "boolean" }, "all-crds": { type: "boolean" } },
  });
  const { dir } = values;
  if (!dir) throw new Error(usage);
  const onProgress = progressPrinter();
  switch (positionals[0]) {
    case "up": {
      const interrupted = new AbortController();
      process.once("SIGINT", () => interrupted.abort(new Error("Interrupted.")));
      const cluster = await startCluster({
        dir,
        onProgress,
        signal: interrupted.signal,
        storageClasses: [{ name: "local", isDefault: true }],
        ingressClasses: [{ name: "nginx" }],
        ...(values["all-crds"] ? { crds: crdSetNames } : {}),
      });
      console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
      return;
    }
    case "down":
      return stopCluster(dir, { wipe: values.wipe ?? false, onProgress });
    case "status":
      console.log(JSON.stringify(await clusterStatus(dir), null, 2));
      return;
    default:
      throw new Error(usage);
  }
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
