import { buildTools } from "kubernetes-sandbox/tools/build.ts";
import { progressPrinter } from "kubernetes-sandbox/tools/progress.ts";

/** Builds the control plane before the first test that needs it, where a person sees why the first run takes minutes. */
export default async function setup(): Promise<void> {
  await buildTools({ onProgress: progressPrinter(process.stderr) });
}
