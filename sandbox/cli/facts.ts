import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { keptAddress, removeKept, startKept } from "../database/database.ts";
import { programs } from "../database/programs.ts";
import { isObject, secret, type Props } from "pulumi-embedded-engine";
import type { OnProgress } from "kubernetes-sandbox/tools";
import type { SandboxFolders } from "./folders.ts";

export interface FactsQuestion {
  stack: string;
  folders: SandboxFolders;
  /** The stack's configuration before the sandbox adds a facts database. */
  config: Props;
  onProgress: OnProgress;
}

export interface LaidFacts {
  overlay: Props;
  /** Folder of the facts database, which must run during a deployment. Undefined without one. */
  folder?: string;
}

/**
 * The settings that store the facts of a support pipeline in a local PostgreSQL, or switch them off if none can be
 * installed on this machine. Empty if the stack has no support pipeline, or names the facts' database itself.
 */
export async function layFacts({ stack, folders, config, onProgress }: FactsQuestion): Promise<LaidFacts> {
  const support = config["chatwoot:support"];
  if (!isObject(support) || support["facts"] === null || config["chatwoot:factsDatabaseUrl"] !== undefined)
    return { overlay: {} };
  try {
    await programs("postgresql", { onProgress });
  } catch (error) {
    onProgress({ text: `Support pipeline without facts tables: ${(error as Error).message}`, transient: false });
    return { overlay: { "chatwoot:support": { facts: null } } };
  }
  const folder = folders.facts(stack);
  const url = await keptAddress(folder, { moves: true });
  return { overlay: { "chatwoot:support": { facts: {} }, "chatwoot:factsDatabaseUrl": secret(url) }, folder };
}

/** Runs `work` while the stack's facts database, if any, is running. */
export async function withFacts<T>(folder: string | undefined, onProgress: OnProgress, work: () => Promise<T>) {
  if (folder === undefined) return work();
  const server = await startKept(folder, { onProgress });
  try {
    return await work();
  } finally {
    await server.release();
  }
}

/** Deletes the facts of every stack. Throws if a running command uses them. */
export async function removeAllFacts({ root }: SandboxFolders): Promise<void> {
  const folder = join(root, "facts");
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder)) if (!entry.endsWith(".lock")) await removeKept(join(folder, entry));
  await rm(folder, { recursive: true, force: true });
}
