import { existsSync } from "node:fs";
import { execa } from "execa";
import { plain } from "pulumi-embedded-engine";
import { projectFolder } from "../../lib/project-folder.ts";
import { type SandboxFolders } from "./folders.ts";
import { startTools } from "./ops-tools.ts";
import { passphrase } from "./prepare.ts";
import { pulumiEnvironment } from "./pulumi.ts";
import { openSurroundings } from "./surroundings.ts";
import { asSecrets, readOverlay, readValues, sandboxStacks } from "./values.ts";

/** Runs a command of `ops` as it stands, on what this sandbox deployed. Returns its exit code. */
export async function runOps(args: readonly string[], folders: SandboxFolders, signal: AbortSignal): Promise<number> {
  const stack = stackIn(args);
  const state = folders.state(stack);
  // Without a state of the embedded engine, the stack is one that the real Pulumi deployed in this sandbox, or none.
  const source =
    existsSync(state) || !existsSync(folders.pulumi)
      ? { CHATWOOT_STATE_FILE: state, PULUMI_CONFIG_PASSPHRASE: passphrase }
      : pulumiEnvironment(folders);
  const around = await openSurroundings(args, stack, source, folders);
  try {
    const tools = await startTools(args, { stack, folders, source, hosts: around.hosts });
    const words = ["--require", "./scripts/preload.cjs", ...around.preload, "ops/main.ts", ...args];
    const running = execa("node", words, {
      cwd: projectFolder,
      env: { ...(await bucketKeys(stack)), ...source, ...around.environment, ...tools.environment },
      stdio: "inherit",
      reject: false,
    });
    // Ctrl-C at a terminal reaches it without us.
    signal.addEventListener("abort", () => running.kill("SIGINT"), { once: true });
    const { exitCode = 1 } = await running;
    await tools.stop();
    return exitCode;
  } finally {
    await around.stop();
  }
}

/** The keys of the backup bucket, which no `pulumi config get` can tell here. The caller's own win. */
async function bucketKeys(stack: string): Promise<Record<string, string>> {
  const own = (await sandboxStacks()).includes(stack) ? asSecrets((await readValues(stack)).secrets) : {};
  const values = { ...own, ...readOverlay() };
  const names = { BACKUP_ACCESS_KEY_ID: "backupAccessKeyId", BACKUP_SECRET_ACCESS_KEY: "backupSecretAccessKey" };
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, key]) => {
      const value = process.env[name] ?? plain(values[`chatwoot:${key}`]);
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

function stackIn(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === "--stack" || arg.startsWith("--stack="));
  return (args[at]?.includes("=") ? args[at].slice("--stack=".length) : args[at + 1]) ?? "";
}
