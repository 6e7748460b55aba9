// Builds the programs of the sandbox's control plane and prints where they are: `node packages/kubernetes-sandbox/src/tools/main.ts`.
import { buildTools } from "./build.ts";
import { progressPrinter } from "./progress.ts";

try {
  const tools = await buildTools({ onProgress: progressPrinter() });
  for (const [name, path] of Object.entries(tools)) console.log(`${name}: ${path}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
