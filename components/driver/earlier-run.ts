import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { scopeFolder } from "./automation-environment.ts";

/** flyctl gives its leases back within a second when it is told to end. */
const patienceMs = 15_000;

const fileOf = (scope: string): string => join(scopeFolder(scope), "running");

/** Keeps the process group of a long run, so that the next run of this driver finds it if this one is killed. */
export function rememberRun(scope: string, pid: number | undefined): void {
  if (pid !== undefined) writeFileSync(fileOf(scope), String(pid));
}

export function forgetRun(scope: string): void {
  rmSync(fileOf(scope), { force: true });
}

/**
 * Ends the flyctl that a killed run left behind: two deployments of one app at once would prepare the database twice.
 * What it has started on Fly goes on there.
 */
export async function endEarlierRun(scope: string, say: (line: string) => void): Promise<void> {
  if (!existsSync(fileOf(scope))) return;
  const pid = Number(readFileSync(fileOf(scope), "utf8"));
  if (Number.isInteger(pid) && pid > 1 && (await isFlyctl(pid))) {
    say(`Ending flyctl (process ${pid}), which a run that was killed has left behind`);
    signal(pid, "SIGTERM");
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline && (await isFlyctl(pid))) await sleep(200);
    signal(pid, "SIGKILL");
  }
  forgetRun(scope);
}

/** Numbers of processes are used again, so the name must fit too. */
async function isFlyctl(pid: number): Promise<boolean> {
  const { stdout } = await execa("ps", ["-o", "args=", "-p", String(pid)], { reject: false, timeout: 5_000 });
  return /flyctl.*\bdeploy\b/.test(stdout);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It is gone.
  }
}
