import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { keptAddress, removeKept, startKept } from "../database/database.ts";
import { programs } from "../database/programs.ts";
import { isObject, mergeValues, secret, type Props } from "pulumi-embedded-engine";
import type { OnProgress } from "kubernetes-sandbox/tools";
import type { SandboxFolders } from "./folders.ts";

export interface FactsQuestion {
  stack: string;
  folders: SandboxFolders;
  /** The stack's configuration as it would be without facts of the sandbox. */
  config: Props;
  onProgress: OnProgress;
}

/**
 * What makes a stack with a support pipeline keep its facts in a PostgreSQL of this machine: the tables, and their
 * address. Undefined where its configuration says otherwise, or this machine has no PostgreSQL and cannot get one.
 */
export async function layFacts({ stack, folders, config, onProgress }: FactsQuestion): Promise<Props | undefined> {
  const support = config["chatwoot:support"];
  if (!isObject(support) || support["facts"] === null || config["chatwoot:factsDatabaseUrl"] !== undefined) return;
  try {
    await programs("postgresql", { onProgress });
  } catch (error) {
    onProgress({ text: `Without the tables of the support pipeline: ${(error as Error).message}`, transient: false });
    return;
  }
  const url = await keptAddress(folders.facts(stack), { moves: true });
  return { "chatwoot:support": { facts: {} }, "chatwoot:factsDatabaseUrl": secret(url) };
}

/** Runs `work` while the database of the facts runs, where the stack has it. */
export async function withFacts<T>(folder: string | undefined, onProgress: OnProgress, work: () => Promise<T>) {
  if (folder === undefined) return work();
  const server = await startKept(folder, { onProgress });
  try {
    return await work();
  } finally {
    await server.release();
  }
}

/** Removes the facts of every stack. Throws where a command still uses them. */
export async function removeAllFacts({ root }: SandboxFolders): Promise<void> {
  const folder = join(root, "facts");
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder)) if (!entry.endsWith(".lock")) await removeKept(join(folder, entry));
  await rm(folder, { recursive: true, force: true });
}

/** The configuration with the facts below it: whatever it says itself comes first. */
export function overFacts(facts: Props | undefined, overlay: Props): Props {
  return facts === undefined ? overlay : (mergeValues(facts, overlay) as Props);
}
