import { existsSync } from "node:fs";
import { execa } from "execa";
import { projectFolder, type SandboxFolders } from "./folders.ts";
import { flyEnvironment } from "./prepare.ts";
import { pulumiEnvironment } from "./pulumi.ts";

/** Runs a command of `ops` as it stands, on what this sandbox deployed. Returns its exit code. */
export async function runOps(args: readonly string[], folders: SandboxFolders, signal: AbortSignal): Promise<number> {
  const state = folders.state(stackIn(args));
  // Without a state of the embedded engine, the stack is one that the real Pulumi deployed in this sandbox, or none.
  const source =
    existsSync(state) || !existsSync(folders.pulumi) ? { CHATWOOT_STATE_FILE: state } : pulumiEnvironment(folders);
  const running = execa("node", ["--require", "./scripts/require-node.cjs", "ops/main.ts", ...args], {
    cwd: projectFolder,
    env: { ...flyEnvironment(folders), ...source },
    stdio: "inherit",
    reject: false,
  });
  // Ctrl-C at a terminal reaches it without us.
  signal.addEventListener("abort", () => running.kill("SIGINT"), { once: true });
  const { exitCode = 1 } = await running;
  return exitCode;
}

function stackIn(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === "--stack" || arg.startsWith("--stack="));
  return (args[at]?.includes("=") ? args[at].slice("--stack=".length) : args[at + 1]) ?? "";
}
