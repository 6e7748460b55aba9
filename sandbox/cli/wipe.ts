import { rm } from "node:fs/promises";
import { removeAllFacts } from "./facts.ts";
import type { SandboxFolders } from "./folders.ts";

/** Deletes the sandbox's data, but no other files in its folder. */
export async function wipeSandbox(folders: SandboxFolders): Promise<void> {
  await removeAllFacts(folders);
  const { cluster, fly, flyConfig, pulumi, chart } = folders;
  const parts = [
    cluster,
    fly,
    flyConfig,
    pulumi,
    chart,
    `${folders.root}/state`,
    `${folders.root}/settings`,
    `${folders.root}/stacks`,
  ];
  await Promise.all(parts.map((path) => rm(path, { recursive: true, force: true })));
}
