import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { StepProblem } from "../../lib/problem.ts";
import { loadOutputs } from "../../ops/lib/stack/outputs.ts";
import { deployedVariable, pulumiBinFolder } from "../pulumi/pulumi.ts";
import { kubectlFolder, progressPrinter } from "kubernetes-sandbox/tools";
import { listenForDeployments } from "./deployed.ts";
import type { SandboxFolders } from "./folders.ts";
import { startInsideServers } from "./inside.ts";
import { flyEnvironment } from "./prepare.ts";
import type { PublicHosts } from "./public-hosts.ts";
import { readValues, sandboxStacks } from "./values.ts";
import { toolCache } from "../../preview/tool-cache.ts";

/** Commands that run programs inside Chatwoot's containers. */
const insideCommands = ["queue", "db", "redis", "console", "scale"];
/** Commands that deploy. */
const deployingCommands = ["rollback", "rotate"];

export interface OpsTools {
  environment: Record<string, string>;
  stop(): Promise<void>;
}

interface Sandboxed {
  stack: string;
  folders: SandboxFolders;
  /** Environment variables for the backend that holds the stack's state. */
  source: Readonly<Record<string, string>>;
  hosts: PublicHosts | undefined;
}

/**
 * The programs for a command of `ops`, until it finishes: flyctl, kubectl and pulumi on its PATH, and the PostgreSQL and
 * Redis that they reach.
 */
export async function startTools(
  args: readonly string[],
  { stack, folders, source, hosts }: Sandboxed,
): Promise<OpsTools> {
  const command = args[0] ?? "";
  const isDeployed = existsSync(folders.state(stack)) || existsSync(folders.pulumi);
  const isAsked = isDeployed && !args.includes("--help");
  const isOne = (commands: readonly string[]): boolean => isAsked && commands.includes(command);
  const fly = flyEnvironment(folders);
  const onCluster = isAsked && (await isOnCluster(stack));
  const kubectl = onCluster ? await kubectlFolder(toolCache, progressPrinter()) : undefined;
  // The real Pulumi cannot read the embedded engine's state.
  const pulumi = "CHATWOOT_STATE_FILE" in source ? pulumiBinFolder : undefined;
  const stopServers = isOne(insideCommands) ? await serversOf(stack, folders, source) : undefined;
  const deployments =
    isOne(deployingCommands) && hosts !== undefined
      ? await listenForDeployments(async () => hosts.prepare(await loadOutputs(stack)))
      : undefined;
  return {
    environment: {
      ...fly,
      ...(onCluster ? { KUBECONFIG: join(folders.cluster, "kubeconfig") } : {}),
      ...(deployments === undefined ? {} : { [deployedVariable]: deployments.address }),
      CHATWOOT_SANDBOX_DIR: folders.root,
      PATH: [pulumi, kubectl, fly["PATH"]].filter((folder) => folder !== undefined).join(delimiter),
    },
    async stop() {
      deployments?.stop();
      await stopServers?.();
    },
  };
}

async function isOnCluster(stack: string): Promise<boolean> {
  if (!(await sandboxStacks()).includes(stack)) return false;
  return (await readValues(stack)).cluster !== undefined;
}

/** Undefined if the stack is not fully deployed; the command reports that itself. */
async function serversOf(stack: string, folders: SandboxFolders, source: Readonly<Record<string, string>>) {
  Object.assign(process.env, source);
  try {
    return await startInsideServers(stack, await loadOutputs(stack), folders);
  } catch (error) {
    if (error instanceof StepProblem) return undefined;
    throw error;
  }
}
