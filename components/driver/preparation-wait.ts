import { setTimeout as sleep } from "node:timers/promises";
import { StepProblem } from "../../lib/problem.ts";
import type { Flyctl } from "./flyctl.ts";
import { isPreparing, listMachines, type Machine } from "./machines.ts";

const pollMs = 5_000;

/**
 * Waits for the preparation of an earlier deployment, which continues on its machine after a kill or a time limit: a new
 * deployment would destroy it in the middle of a migration. The limit starts now. Returns the app's machines.
 */
export async function awaitEarlierPreparation(
  fly: Flyctl,
  app: string,
  limitMinutes: number,
  pauseMs = pollMs,
): Promise<Machine[]> {
  const deadline = Date.now() + limitMinutes * 60_000;
  for (let shown = false; ; shown = true) {
    const machines = await listMachines(fly, app);
    const preparing = machines.find(isPreparing);
    if (preparing === undefined) return machines;
    if (Date.now() >= deadline) throw stillPreparing(app, preparing.id, limitMinutes);
    if (!shown)
      fly.show(`The preparation of an earlier deployment still runs on machine ${preparing.id}; waiting for it`);
    await sleep(pauseMs);
  }
}

function stillPreparing(app: string, id: string, minutes: number): StepProblem {
  return new StepProblem(
    `app ${app}`,
    `the preparation of an earlier deployment still ran on machine ${id} after ${minutes} more minutes. Nothing was changed`,
    `Look at \`flyctl logs --app ${app} --machine ${id} --no-tail\`, raise fly.releaseTimeoutMinutes and run \`pulumi up\` again. To end it instead: \`flyctl machine destroy ${id} --app ${app} --force\``,
  );
}
