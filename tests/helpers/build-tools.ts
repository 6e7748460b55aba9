import { buildTools, progressPrinter } from "kubernetes-sandbox/tools";
import { toolCache } from "../../preview/tool-cache.ts";

/** Builds the control plane before the first test that needs it, and reports why the first run takes minutes. */
export default async function setup(): Promise<void> {
  await buildTools(toolCache, { onProgress: progressPrinter(process.stderr) });
}
