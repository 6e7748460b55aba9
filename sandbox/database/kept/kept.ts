import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { becomesFree, waitUntil, withFolderLock } from "kubernetes-sandbox/processes";
import type { ProgramOptions } from "../programs.ts";
import { joinLease } from "./lease.ts";
import { keptPlace, movePlace, placeUrl, readPlace, removePlace, type KeptPlace } from "./place.ts";
import { answers, isAlive, startServer } from "./server.ts";

/** A PostgreSQL with a persistent data folder. It runs while at least one command uses it. */
export interface KeptPostgres {
  /** Address of its only database, as the superuser. */
  readonly url: string;
  /** Stops the server unless another command uses it. */
  release(): Promise<void>;
}

const what = "facts database";
const endLimitMs = 20_000;

/**
 * The address of a folder's database, running or not. It is the same for every command, unless `moves` is set and
 * another program has taken the port.
 */
export async function keptAddress(folder: string, { moves = false } = {}): Promise<string> {
  return withFolderLock(folder, what, undefined, async () => {
    const place = await keptPlace(folder);
    const isTaken = moves && !isAlive(place) && !(await becomesFree(place.port));
    return placeUrl(isTaken ? await movePlace(folder, place) : place);
  });
}

/** The address of a folder's database from an earlier command. */
export function knownAddress(folder: string): string | undefined {
  const place = readPlace(folder);
  return place && placeUrl(place);
}

/** Starts the server, or joins a running one. The server stops with its last user, even if that is killed. */
export async function startKept(folder: string, options: ProgramOptions = {}): Promise<KeptPostgres> {
  return withFolderLock(folder, what, options.onProgress, async () => {
    const place = await keptPlace(folder);
    const lease = (await joinServer(folder, place)) ?? (await startServer(folder, place, options));
    return {
      url: placeUrl(place),
      async release() {
        closeSync(lease);
        // The server stops unless another command uses it.
        for (let waitedMs = 0; isAlive(place) && waitedMs < 2_000; waitedMs += 20) await sleep(20);
      },
    };
  });
}

/** Deletes the data. Throws if a running command uses it. */
export async function removeKept(folder: string, { limitMs = endLimitMs } = {}): Promise<void> {
  const place = readPlace(folder);
  if (place !== undefined)
    await waitUntil(what, () => Promise.resolve(!isAlive(place)), { limitMs }).catch((error: unknown) => {
      throw new Error(`${what}: another command uses it. Stop that command, then run this one again.`, {
        cause: error,
      });
    });
  removePlace(folder);
}

/** A running server may be stopping, or its start may have been killed. */
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
