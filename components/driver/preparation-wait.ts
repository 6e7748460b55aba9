import { setTimeout as sleep } from "node:timers/promises";
import type { Flyctl } from "./flyctl.ts";
import { isPreparing, listMachines, type Machine } from "./machines.ts";

const pollMs = 5_000;

/**
 * Waits for the preparation of an earlier deployment that was killed: its machine goes on by itself, and a new deployment
 * would destroy it by force, in the middle of a migration. It has the time that it was given, from when it was made.
 * Answers with the app's machines.
 */
export async function awaitEarlierPreparation(fly: Flyctl, app: string, limitMinutes: number): Promise<Machine[]> {
  let told = false;
  for (;;) {
    const machines = await listMachines(fly, app);
    const preparing = machines.find(isPreparing);
    if (preparing === undefined || Date.now() > preparing.createdAt + limitMinutes * 60_000) return machines;
    if (!told)
      fly.show(`The preparation of an earlier deployment still runs on machine ${preparing.id}; waiting for it`);
    told = true;
    await sleep(pollMs);
  }
}
