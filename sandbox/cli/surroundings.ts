import { loadOutputs, type OpenOutputs } from "../../ops/lib/stack/outputs.ts";
import { writeAsCustomers } from "../consumer/customers.ts";
import { knownAddress, startKept } from "../database/database.ts";
import { progressPrinter } from "kubernetes-sandbox/tools";
import type { SandboxFolders } from "./folders.ts";
import { startPublicHosts, type PublicHosts } from "./public-hosts.ts";
import { webFolders } from "./web-folders.ts";

/** What a command of `ops` needs besides Fly and the cluster. */
interface Needs {
  /** Chatwoot, the consumer of its webhook and the agent service, at their public addresses. */
  hosts: boolean;
  /** Recent messages from customers. */
  customers: boolean;
}

const customers = 10;

function needsOf([command = "", more = ""]: readonly string[]): Needs {
  const measures = command === "pipeline" && ["check", "baseline", "report"].includes(more);
  return {
    hosts: ["env", "health", "smoke", "e2e", "cutover", "rollback", "rotate"].includes(command) || measures,
    customers: command === "cutover" || measures,
  };
}

export interface Around {
  stack: string;
  /** Selects the stack's outputs. */
  source: Readonly<Record<string, string>>;
  folders: SandboxFolders;
  /** Prints a line about the sandbox. */
  note: (line: string) => void;
}

export interface Surroundings {
  /** Environment variables of the command. */
  environment: Record<string, string>;
  /** Node.js options that load modules before the command. */
  preload: readonly string[];
  /** The public hosts, if the command calls them. */
  hosts?: PublicHosts;
  stop(): Promise<void>;
}

const nothing: Surroundings = { environment: {}, preload: [], stop: () => Promise.resolve() };

/**
 * Starts what a command needs around the stack, until it finishes. If the stack has no outputs yet, nothing is started,
 * and the command reports that.
 */
export async function openSurroundings(
  args: readonly string[],
  { stack, source, folders, note }: Around,
): Promise<Surroundings> {
  const needs = needsOf(args);
  const usesFacts = needs.hosts || args[0] === "pipeline";
  if (!usesFacts || args.includes("--help") || args.includes("-h")) return nothing;
  Object.assign(process.env, source);
  const outputs = await loadOutputs(stack).catch(() => undefined);
  if (outputs === undefined) return nothing;
  // An external facts database is not written to.
  const isOwn = outputs["factsDatabaseUrl"] === knownAddress(folders.facts(stack));
  const database = isOwn ? await startKept(folders.facts(stack), { onProgress: progressPrinter() }) : undefined;
  try {
    if (!needs.hosts) return { ...nothing, stop: async () => database?.release() };
    const web = await webFolders(stack, folders);
    const hosts = await startPublicHosts(outputs, database?.url, web.temporary);
    if (needs.customers && database !== undefined && (await writeCustomerMessages(hosts, outputs)))
      note(`Sandbox: created messages from ${customers} customers as data to measure.`);
    return {
      environment: hosts.environment,
      hosts,
      preload: ["--import", "./sandbox/chatwoot/hosts.ts"],
      async stop() {
        await hosts.stop();
        web.remove();
        await database?.release();
      },
    };
  } catch (error) {
    await database?.release();
    throw error;
  }
}

async function writeCustomerMessages(hosts: PublicHosts, { support }: OpenOutputs): Promise<boolean> {
  if (support?.webhookEnabled !== true) return false;
  const [account] = (await hosts.client.profile()).accounts;
  if (account === undefined) return false;
  await writeAsCustomers(hosts.client, account.id, customers);
  await hosts.settled();
  return true;
}
