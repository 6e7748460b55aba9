import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { workerStopSeconds } from "../chatwoot/processes.ts";
import { scopeFolder } from "./automation-environment.ts";
import type { Flyctl } from "./flyctl.ts";
import { isRunning, listMachines, serving, type Machine } from "./machines.ts";

/** Time limit for Fly to stop a machine whose jobs use their complete grace period. */
const stopSeconds = workerStopSeconds + 120;

/** The same signal as in a deployment. flyctl's default is SIGINT, at which Sidekiq stops immediately. */
const gently = ["--signal", "SIGTERM", "--timeout", String(workerStopSeconds)];

function markerFile(app: string): string {
  return join(scopeFolder(app), "maintenance-window");
}

/** Whether this machine opened a window on the app and did not close it, because the run was killed. */
export function hasOpenWindow(app: string): boolean {
  return existsSync(markerFile(app));
}

/**
 * Cordons and stops every serving machine, so that the database gets its sessions back. Machines are stopped instead of
 * scaled to zero, because a new machine would run the latest release, even a failed one. They are cordoned first, because
 * the proxy starts a stopped machine at the next request.
 */
export async function openWindow(fly: Flyctl, app: string): Promise<void> {
  const running = serving(await listMachines(fly, app)).filter(isRunning);
  if (running.length === 0) return;
  mkdirSync(dirname(markerFile(app)), { recursive: true });
  writeFileSync(markerFile(app), `${new Date().toISOString()}\n`);
  const ids = running.map(({ id }) => id);
  fly.show(`Maintenance window: stopping ${describe(running)}`);
  await fly.run(["machine", "cordon", ...ids, "--app", app]);
  await fly.run(["machine", "stop", ...ids, "--app", app, ...gently, "--wait-timeout", `${stopSeconds}s`], {
    timeoutSeconds: stopSeconds + 60,
  });
}

/** Starts every stopped serving machine and uncordons all of them. */
export async function closeWindow(fly: Flyctl, app: string): Promise<void> {
  const machines = serving(await listMachines(fly, app));
  const stopped = machines.filter((machine) => !isRunning(machine)).map(({ id }) => id);
  if (stopped.length > 0) await fly.run(["machine", "start", ...stopped, "--app", app], { timeoutSeconds: 180 });
  if (stopped.length > 0 || hasOpenWindow(app)) {
    const ids = machines.map(({ id }) => id);
    if (ids.length > 0) await fly.run(["machine", "uncordon", ...ids, "--app", app]);
    fly.show(`Maintenance window: ${describe(machines)} started again`);
  }
  rmSync(markerFile(app), { force: true });
}

function describe(machines: readonly Machine[]): string {
  const groups = [...new Set(machines.map(({ group }) => group))].sort();
  return groups
    .map((group) => `${machines.filter((machine) => machine.group === group).length} ${group}`)
    .join(" and ");
}
