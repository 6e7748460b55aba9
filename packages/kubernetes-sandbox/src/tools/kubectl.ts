import { execa } from "execa";
import { dirname, join } from "node:path";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The first whose `exec` speaks WebSocket by itself, which is all that the sandbox's kubelet speaks. */
const oldestMinor = 31;

/**
 * A folder for PATH with a kubectl: undefined where this machine's own will do, else with the one of our pins, built once
 * into the cache. CHATWOOT_SANDBOX_KUBECTL names another.
 */
export async function kubectlFolder(onProgress?: OnProgress): Promise<string | undefined> {
  const variable = "CHATWOOT_SANDBOX_KUBECTL";
  if (!process.env[variable] && (await isOwnUsable())) return undefined;
  const program = await goProgram(
    {
      name: "kubectl",
      module: join(import.meta.dirname, "kubectl"),
      packageName: "k8s.io/kubernetes/cmd/kubectl",
      variable,
    },
    onProgress,
  );
  return dirname(program);
}

async function isOwnUsable(): Promise<boolean> {
  if (process.env["CHATWOOT_SANDBOX_SERVERS"] === "fetched") return false;
  const { failed, stdout } = await execa("kubectl", ["version", "--client", "--output", "json"], {
    reject: false,
    stdin: "ignore",
    timeout: 30_000,
  });
  if (failed) return false;
  const minor = /"minor": "(\d+)/.exec(stdout)?.[1];
  return minor !== undefined && Number(minor) >= oldestMinor;
}
