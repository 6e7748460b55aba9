import { setTimeout as sleep } from "node:timers/promises";
import type { Flyctl } from "./flyctl.ts";
import { isPreparing, listMachines, type Machine } from "./machines.ts";

const pollMs = 5_000;

/**
 * Waits for the preparation of an earlier, killed deployment: its machine keeps running, and a new deployment would destroy
 * it in the middle of a migration. The time limit starts at the machine's creation. Returns the app's machines.
 */
export async function awaitEarlierPreparation(fly: Flyctl, app: string, limitMinutes: number): Promise<Machine[]> {
  let shown = false;
  for (;;) {
    const machines = await listMachines(fly, app);
    const preparing = machines.find(isPreparing);
    if (preparing === undefined || Date.now() > preparing.createdAt + limitMinutes * 60_000) return machines;
    if (!shown)
      fly.show(`The preparation of an earlier deployment still runs on machine ${preparing.id}; waiting for it`);
    shown = true;
    await sleep(pollMs);
  }
}
