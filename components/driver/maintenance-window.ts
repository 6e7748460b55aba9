import { workerStopSeconds } from "../chatwoot/processes.ts";
import type { Flyctl } from "./flyctl.ts";
import { isIdle, isRunning, listMachines, serving, type Machine } from "./machines.ts";

/** Time limit for Fly to stop a machine whose jobs use their complete grace period. */
const stopSeconds = workerStopSeconds + 120;

/** The same signal as in a deployment. flyctl's default is SIGINT, at which Sidekiq stops immediately. */
const gently = ["--signal", "SIGTERM", "--timeout", String(workerStopSeconds)];

/**
 * Cordons and stops every serving machine, so that the database gets its sessions back. Machines are stopped instead of
 * scaled to zero, because a new machine would run the latest release, even a failed one. They are cordoned first, because
 * the proxy starts a stopped machine at the next request.
 */
export async function openWindow(fly: Flyctl, app: string): Promise<void> {
  const running = serving(await listMachines(fly, app)).filter(isRunning);
  if (running.length === 0) return;
  const ids = running.map(({ id }) => id);
  fly.show(`Maintenance window: stopping ${describe(running)}`);
  await fly.run(["machine", "cordon", ...ids, "--app", app]);
  await fly.run(["machine", "stop", ...ids, "--app", app, ...gently, "--wait-timeout", `${stopSeconds}s`], {
    timeoutSeconds: stopSeconds + 60,
  });
}

/** Starts every stopped serving machine and uncordons every cordoned one, whoever left it so. */
export async function closeWindow(fly: Flyctl, app: string): Promise<void> {
  const idle = serving(await listMachines(fly, app)).filter(isIdle);
  if (idle.length === 0) return;
  const ids = (which: (machine: Machine) => boolean): string[] => idle.filter(which).map(({ id }) => id);
  const stopped = ids((machine) => !isRunning(machine));
  const cordoned = ids((machine) => machine.cordoned);
  if (stopped.length > 0) await fly.run(["machine", "start", ...stopped, "--app", app], { timeoutSeconds: 180 });
  if (cordoned.length > 0) await fly.run(["machine", "uncordon", ...cordoned, "--app", app]);
  fly.show(`Maintenance window: ${describe(idle)} started again`);
}

function describe(machines: readonly Machine[]): string {
  const groups = [...new Set(machines.map(({ group }) => group))].sort();
  return groups
    .map((group) => `${machines.filter((machine) => machine.group === group).length} ${group}`)
    .join(" and ");
}
