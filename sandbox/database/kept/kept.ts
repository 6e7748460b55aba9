import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { becomesFree, waitUntil, withFolderLock } from "kubernetes-sandbox/processes";
import type { ProgramOptions } from "../programs.ts";
import { joinLease } from "./lease.ts";
import { keptPlace, movePlace, placeUrl, readPlace, removePlace, type KeptPlace } from "./place.ts";
import { answers, isAlive, startServer } from "./server.ts";

/** A PostgreSQL whose data stay in a folder. It runs while somebody uses it. */
export interface KeptPostgres {
  /** Address of its one database, as the superuser. */
  readonly url: string;
  /** Ends the server, if nobody else uses it. */
  release(): Promise<void>;
}

const what = "facts database";
const endLimitMs = 20_000;

/**
 * The address of the database that is kept in a folder, which need not run. It stays the same from one command to the
 * next, unless `moves` and another program took its port meanwhile.
 */
export async function keptAddress(folder: string, { moves = false } = {}): Promise<string> {
  return withFolderLock(folder, what, undefined, async () => {
    const place = await keptPlace(folder);
    const isTaken = moves && !isAlive(place) && !(await becomesFree(place.port));
    return placeUrl(isTaken ? await movePlace(folder, place) : place);
  });
}

/** The address of the database that an earlier command kept in a folder. */
export function knownAddress(folder: string): string | undefined {
  const place = readPlace(folder);
  return place && placeUrl(place);
}

/** Starts the server, or uses one that another command started. It ends with the last of its users, also a killed one. */
export async function startKept(folder: string, options: ProgramOptions = {}): Promise<KeptPostgres> {
  return withFolderLock(folder, what, options.onProgress, async () => {
    const place = await keptPlace(folder);
    const lease = (await joinServer(folder, place)) ?? (await startServer(folder, place, options));
    return {
      url: placeUrl(place),
      async release() {
        closeSync(lease);
        // It ends at once, unless another command uses it.
        for (let waitedMs = 0; isAlive(place) && waitedMs < 2_000; waitedMs += 20) await sleep(20);
      },
    };
  });
}

/** Removes the data. Throws where a command still uses them. */
export async function removeKept(folder: string, { limitMs = endLimitMs } = {}): Promise<void> {
  const place = readPlace(folder);
  if (place !== undefined)
    await waitUntil(what, () => Promise.resolve(!isAlive(place)), { limitMs }).catch((error: unknown) => {
      throw new Error(`${what}: another command uses it. End that, and run this one again.`, { cause: error });
    });
  removePlace(folder);
}

/** One that runs may be ending, or have been killed while it started. */
async function joinServer(folder: string, place: KeptPlace): Promise<number | undefined> {
  const lease = joinLease(folder);
  if (lease !== undefined) {
    if (await answers(place)) return lease;
    closeSync(lease);
  }
  const isGone = (): Promise<boolean> => Promise.resolve(!isAlive(place));
  await waitUntil(what, isGone, { limitMs: endLimitMs }).catch(() => undefined);
  return undefined;
}
