import { setTimeout as sleep } from "node:timers/promises";
import type { Flyctl } from "./flyctl.ts";
import { machineTable } from "./machine-report.ts";
import { isHealthy, listMachines, serving, type Machine } from "./machines.ts";
import { StepProblem } from "../../lib/problem.ts";

const pollMs = 3_000;

/** Waits until every serving machine is started and passes its checks. Throws with a list of the machines at the time limit. */
export async function waitUntilHealthy(fly: Flyctl, app: string, limitMinutes: number): Promise<Machine[]> {
  const deadline = Date.now() + limitMinutes * 60_000;
  for (;;) {
    const machines = serving(await listMachines(fly, app));
    if (machines.every(isHealthy)) return machines;
    if (Date.now() + pollMs > deadline) {
      throw new StepProblem(
        `app ${app}`,
        `not every machine was healthy after ${limitMinutes} minutes:\n${machineTable(machines)}\n`,
        `Look at \`flyctl logs --app ${app} --no-tail\`, fix the cause and run \`pulumi up\` again`,
      );
    }
    await sleep(pollMs);
  }
}
