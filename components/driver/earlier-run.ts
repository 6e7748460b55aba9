import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { scopeFolder } from "./automation-environment.ts";

/** flyctl releases its leases within a second after SIGTERM. */
const patienceMs = 15_000;

const fileOf = (scope: string): string => join(scopeFolder(scope), "running");

/** Stores the process group of a long run, so that the next run of the driver can end it if this one is killed. */
export function rememberRun(scope: string, pid: number | undefined): void {
  if (pid !== undefined) writeFileSync(fileOf(scope), String(pid));
}

export function forgetRun(scope: string): void {
  rmSync(fileOf(scope), { force: true });
}

/**
 * Ends the flyctl of a killed run: two concurrent deployments of one app would prepare the database twice. Machines that
 * it has started on Fly keep running.
 */
export async function endEarlierRun(scope: string, show: (line: string) => void): Promise<void> {
  if (!existsSync(fileOf(scope))) return;
  const pid = Number(readFileSync(fileOf(scope), "utf8"));
  if (Number.isInteger(pid) && pid > 1 && (await isFlyctl(pid))) {
    show(`Ending flyctl (process ${pid}) of an earlier run that was killed`);
    signal(pid, "SIGTERM");
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline && (await isFlyctl(pid))) await sleep(200);
    signal(pid, "SIGKILL");
  }
  forgetRun(scope);
}

/** Process ids are reused, so the command must match too. */
async function isFlyctl(pid: number): Promise<boolean> {
  const { stdout } = await execa("ps", ["-o", "args=", "-p", String(pid)], { reject: false, timeout: 5_000 });
  return /flyctl.*\bdeploy\b/.test(stdout);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // The process has ended.
  }
}
