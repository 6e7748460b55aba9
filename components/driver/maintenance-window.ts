import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { workerStopSeconds } from "../chatwoot/processes.ts";
import { scopeFolder } from "./automation-environment.ts";
import type { Flyctl } from "./flyctl.ts";
import { isRunning, listMachines, serving, type Machine } from "./machines.ts";

/** As long as Fly may take to stop a machine whose jobs need their whole time. */
const stopSeconds = workerStopSeconds + 120;

/** As a deployment stops them: flyctl's own choice would be SIGINT, which Sidekiq takes for "now". */
const gently = ["--signal", "SIGTERM", "--timeout", String(workerStopSeconds)];

function markerFile(app: string): string {
  return join(scopeFolder(app), "maintenance-window");
}

/** Whether a window on this app was opened from this machine and not closed: whoever opened it was killed. */
export function hasOpenWindow(app: string): boolean {
  return existsSync(markerFile(app));
}

/**
 * Takes every machine that serves out of the proxy's hands and stops it, so that the database has its sessions back.
 * They are stopped and not scaled away, because a machine made anew would run the latest release, even a failed one; and
 * cordoned first, because the proxy starts a stopped machine when a request comes.
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

/** Starts every machine that serves and is stopped, whoever stopped it, and gives all of them back to the proxy. */
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
