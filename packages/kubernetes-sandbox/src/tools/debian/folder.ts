import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { ToolCache } from "../cache.ts";

/** Whether every user may pass through a folder and those above it. What does not exist yet will be made open. */
export function isOpenToAll(folder: string): boolean {
  for (let current = folder; ; current = dirname(current)) {
    const mode = statSync(current, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (current === dirname(current)) return true;
  }
}

/**
 * Where packages are unpacked: beside the other tools of the sandbox. Only for root, whose home is closed to others, it
 * lies elsewhere, because PostgreSQL and PgBouncer refuse to run as root and their user must be able to read it.
 */
export function packagesFolder({ folder, name }: ToolCache, isRoot = process.getuid?.() === 0): string {
  return isRoot && !isOpenToAll(folder) ? `/var/cache/${name}/packages` : `${folder}/packages`;
}
