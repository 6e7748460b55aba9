import { loadOutputs, type OpenOutputs } from "../../ops/lib/stack/outputs.ts";
import { writeAsCustomers } from "../consumer/customers.ts";
import { knownAddress, startKept } from "../database/database.ts";
import { progressPrinter } from "kubernetes-sandbox/tools";
import type { SandboxFolders } from "./folders.ts";
import { startPublicHosts, type PublicHosts } from "./public-hosts.ts";

/** What a command of `ops` needs to find around the stack, beside Fly and the cluster. */
interface Needs {
  /** Chatwoot, the consumer of its webhook and the agent service, by their public addresses. */
  hosts: boolean;
  /** That customers have written lately. */
  customers: boolean;
}

const customers = 10;

function needsOf([command = "", more = ""]: readonly string[]): Needs {
  const measures = command === "pipeline" && ["check", "baseline", "report"].includes(more);
  return {
    hosts: ["health", "smoke", "e2e", "cutover", "rollback", "rotate"].includes(command) || measures,
    customers: command === "cutover" || measures,
  };
}

export interface Surroundings {
  /** For the command. */
  environment: Record<string, string>;
  /** Loaded before the command. */
  preload: readonly string[];
  /** What Chatwoot and those around it are, where the command speaks with them. */
  hosts?: PublicHosts;
  stop(): Promise<void>;
}

const nothing: Surroundings = { environment: {}, preload: [], stop: () => Promise.resolve() };

/**
 * Starts what a command finds around the stack, for as long as it runs. `source` says where the stack's outputs are;
 * where there are none yet, nothing is started, and the command says so.
 */
export async function openSurroundings(
  args: readonly string[],
  stack: string,
  source: Readonly<Record<string, string>>,
  folders: SandboxFolders,
): Promise<Surroundings> {
  const needs = needsOf(args);
  const usesFacts = needs.hosts || args[0] === "pipeline";
  if (!usesFacts || args.includes("--help") || args.includes("-h")) return nothing;
  Object.assign(process.env, source);
  const outputs = await loadOutputs(stack).catch(() => undefined);
  if (outputs === undefined) return nothing;
  // Facts that somebody else keeps are not written to.
  const isOwn = outputs["factsDatabaseUrl"] === knownAddress(folders.facts(stack));
  const database = isOwn ? await startKept(folders.facts(stack), { onProgress: progressPrinter() }) : undefined;
  try {
    if (!needs.hosts) return { ...nothing, stop: async () => database?.release() };
    const hosts = await startPublicHosts(outputs, database?.url);
    if (needs.customers && database !== undefined) await letCustomersWrite(hosts, outputs);
    return {
      environment: hosts.environment,
      hosts,
      preload: ["--import", "./sandbox/chatwoot/hosts.ts"],
      async stop() {
        await hosts.stop();
        await database?.release();
      },
    };
  } catch (error) {
    await database?.release();
    throw error;
  }
}

async function letCustomersWrite(hosts: PublicHosts, { support }: OpenOutputs): Promise<void> {
  if (support?.webhookEnabled !== true) return;
  const [account] = (await hosts.client.profile()).accounts;
  if (account === undefined) return;
  await writeAsCustomers(hosts.client, account.id, customers);
  await hosts.settled();
  console.error(`Sandbox: ${customers} customers wrote, so that there is something to measure.`);
}
