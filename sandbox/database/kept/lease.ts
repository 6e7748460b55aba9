import { closeSync, constants, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/*
 * Who uses a kept server holds the end of a pipe open, which the system closes for those who are killed, too. The server
 * ends when nobody holds it any more.
 */

const path = (folder: string): string => join(folder, "lease");

/** The lease of a server that somebody else started; undefined where none runs. */
export function joinLease(folder: string): number | undefined {
  try {
    return openSync(path(folder), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // Nobody reads it, or it was never made.
    if (code === "ENXIO" || code === "ENOENT") return undefined;
    throw error;
  }
}

/** The lease of a server that is about to be started, and what its supervisor reads as its standard input. */
export async function newLease(folder: string): Promise<{ lease: number; supervisor: number }> {
  if (!existsSync(path(folder))) await execa("mkfifo", ["-m", "600", path(folder)], { timeout: 10_000 });
  // Opened for both, it waits for nobody; with it open, neither do the other two, which are blocking as a shell needs them.
  const both = openSync(path(folder), constants.O_RDWR | constants.O_NONBLOCK);
  try {
    return { supervisor: openSync(path(folder), "r"), lease: openSync(path(folder), "w") };
  } finally {
    closeSync(both);
  }
}
