import { closeSync, constants, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/*
 * Every user of a persistent server holds one end of a pipe open; the system closes it even for a killed process. The
 * server stops when no process holds the pipe.
 */

const path = (folder: string): string => join(folder, "lease");

/** Joins the lease of a running server; undefined if none runs. */
export function joinLease(folder: string): number | undefined {
  try {
    return openSync(path(folder), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // The pipe has no reader or does not exist.
    if (code === "ENXIO" || code === "ENOENT") return undefined;
    throw error;
  }
}

/** The lease for a new server, and the pipe's other end for its supervisor's standard input. */
export async function newLease(folder: string): Promise<{ lease: number; supervisor: number }> {
  if (!existsSync(path(folder))) await execa("mkfifo", ["-m", "600", path(folder)], { timeout: 10_000 });
  // Opening for read and write does not block. With it open, the other two do not either; they are blocking, as the shell needs.
  const both = openSync(path(folder), constants.O_RDWR | constants.O_NONBLOCK);
  try {
    return { supervisor: openSync(path(folder), "r"), lease: openSync(path(folder), "w") };
  } finally {
    closeSync(both);
  }
}
