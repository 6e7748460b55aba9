import { rm } from "node:fs/promises";
import { join } from "node:path";
import { removeAllFacts } from "./facts.ts";
import type { SandboxFolders } from "./folders.ts";

/** Deletes the sandbox's data, but no other files in its folder. */
export async function wipeSandbox(folders: SandboxFolders): Promise<void> {
  await removeAllFacts(folders);
  const { root, cluster, fly, flyConfig, pulumi, chart } = folders;
  const parts = [
    cluster,
    fly,
    flyConfig,
    pulumi,
    chart,
    ...["state", "settings", "stacks", "artifacts"].map((name) => join(root, name)),
  ];
  await Promise.all(parts.map((path) => rm(path, { recursive: true, force: true })));
}
