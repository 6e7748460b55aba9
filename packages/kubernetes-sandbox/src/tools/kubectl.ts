import { execa } from "execa";
import { dirname, join } from "node:path";
import type { ToolCache } from "./cache.ts";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The first version whose `exec` uses WebSocket by default, the only protocol of the sandbox's kubelet. */
const oldestMinor = 31;

/**
 * A folder for PATH with a kubectl: the pinned version, built once into the cache, or undefined if this machine's is new
 * enough. The cache's variable `KUBECTL` selects another; `SERVERS=fetched` ignores this machine's.
 */
export async function kubectlFolder(cache: ToolCache, onProgress?: OnProgress): Promise<string | undefined> {
  if (cache.setting("KUBECTL") === undefined && (await isOwnUsable(cache))) return undefined;
  const program = await goProgram(
    cache,
    {
      name: "kubectl",
      module: join(import.meta.dirname, "kubectl"),
      packageName: "k8s.io/kubernetes/cmd/kubectl",
    },
    onProgress,
  );
  return dirname(program);
}

async function isOwnUsable(cache: ToolCache): Promise<boolean> {
  if (cache.setting("SERVERS") === "fetched") return false;
  const { failed, stdout } = await execa("kubectl", ["version", "--client", "--output", "json"], {
    reject: false,
    stdin: "ignore",
    timeout: 30_000,
  });
  if (failed) return false;
  const minor = /"minor": "(\d+)/.exec(stdout)?.[1];
  return minor !== undefined && Number(minor) >= oldestMinor;
}
