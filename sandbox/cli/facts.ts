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
  /** The stack's configuration before the sandbox adds a facts database. */
  config: Props;
  onProgress: OnProgress;
}

/**
 * The settings that store the facts of a support pipeline in a local PostgreSQL. Undefined if the stack has no support
 * pipeline, configures its facts itself, or if no PostgreSQL can be installed on this machine.
 */
export async function layFacts({ stack, folders, config, onProgress }: FactsQuestion): Promise<Props | undefined> {
  const support = config["chatwoot:support"];
  if (!isObject(support) || support["facts"] === null || config["chatwoot:factsDatabaseUrl"] !== undefined) return;
  try {
    await programs("postgresql", { onProgress });
  } catch (error) {
    onProgress({ text: `Support pipeline without facts tables: ${(error as Error).message}`, transient: false });
    return;
  }
  const url = await keptAddress(folders.facts(stack), { moves: true });
  return { "chatwoot:support": { facts: {} }, "chatwoot:factsDatabaseUrl": secret(url) };
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

/** Adds the facts settings to an overlay; the overlay's own values take precedence. */
export function overFacts(facts: Props | undefined, overlay: Props): Props {
  return facts === undefined ? overlay : (mergeValues(facts, overlay) as Props);
}
