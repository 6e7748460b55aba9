import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { ToolCache } from "../cache.ts";

/** Whether every user can enter a folder and its parents. Missing folders will be created with public access. */
export function isOpenToAll(folder: string): boolean {
  for (let current = folder; ; current = dirname(current)) {
    const mode = statSync(current, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (current === dirname(current)) return true;
  }
}

/**
 * The folder of unpacked packages, beside the other tools of the sandbox. For root it is elsewhere if root's home is
 * private, because PostgreSQL and PgBouncer run as another user, which must be able to read it.
 */
export function packagesFolder({ folder, name }: ToolCache, isRoot = process.getuid?.() === 0): string {
  return isRoot && !isOpenToAll(folder) ? `/var/cache/${name}/packages` : `${folder}/packages`;
}
