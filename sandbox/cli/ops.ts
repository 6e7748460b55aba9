import { existsSync } from "node:fs";
import type { WritableStream } from "node:stream/web";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { plain } from "pulumi-embedded-engine";
import { projectFolder } from "../../lib/project-folder.ts";
import { UserError } from "../../lib/user-error.ts";
import { type SandboxFolders } from "./folders.ts";
import { isDeployed, notDeployed } from "./show.ts";
import { startTools } from "./ops-tools.ts";
import { passphrase } from "./prepare.ts";
import { pulumiEnvironment } from "./pulumi.ts";
import { openSurroundings } from "./surroundings.ts";
import { asSecrets, readOverlay, readValues, sandboxStacks } from "./values.ts";

/** Where a command reads and prints. */
export interface OpsTerminal {
  readonly stdio: "inherit" | readonly ["ignore", WritableStream<Uint8Array>, WritableStream<Uint8Array>];
  /** Prints a line about the sandbox. */
  readonly note: (line: string) => void;
}

const ownTerminal: OpsTerminal = { stdio: "inherit", note: (line) => console.error(line) };

/** Commands for stacks that are not deployed yet. */
const beforeDeployment = new Set(["init", "adopt", "up"]);

/** Runs an unmodified command of `ops` on a stack of this sandbox. Returns its exit code. */
export async function runOps(
  args: readonly string[],
  folders: SandboxFolders,
  signal: AbortSignal,
  { stdio, note }: OpsTerminal = ownTerminal,
): Promise<number> {
  const stack = stackIn(args);
  if (stack !== "" && !beforeDeployment.has(args[0] ?? "")) {
    await readValues(stack);
    if (!isDeployed(folders, stack)) throw new UserError(`${notDeployed(stack)}.`);
  }
  const state = folders.state(stack);
  // Without the embedded engine's state, either the real Pulumi deployed the stack in this sandbox, or it is not deployed.
  const source =
    existsSync(state) || !existsSync(folders.pulumi)
      ? { CHATWOOT_STATE_FILE: state, PULUMI_CONFIG_PASSPHRASE: passphrase }
      : pulumiEnvironment(folders);
  const around = await openSurroundings(args, { stack, source, folders, note });
  try {
    const tools = await startTools(args, { stack, folders, source, hosts: around.hosts });
    const words = ["--require", "./scripts/preload.cjs", ...around.preload, "ops/main.ts", ...args];
    const running = execa("node", words, {
      cwd: projectFolder,
      env: { ...(await bucketKeys(stack)), ...source, ...around.environment, ...tools.environment },
      stdio,
      reject: false,
    });
    // In a terminal, Ctrl-C reaches the child directly.
    signal.addEventListener("abort", () => running.kill("SIGINT"), { once: true });
    const { exitCode = 1 } = await running;
    await tools.stop();
    return exitCode;
  } finally {
    await around.stop();
  }
}

/** The backup bucket's keys, because `pulumi config get` is not available here. The caller's variables take precedence. */
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

/** Empty without `--stack`: the command itself says that it needs one. */
function stackIn(args: readonly string[]): string {
  return (
    parseArgs({ args: [...args], options: { stack: { type: "string" } }, strict: false }).values.stack?.toString() ?? ""
  );
}
