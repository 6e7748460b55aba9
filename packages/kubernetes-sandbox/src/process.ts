import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readJson, writePrivate } from "./folder.ts";

/** The record of a detached process. `born` distinguishes it from a later process with the same pid. */
export interface ProcessRecord {
  readonly pid: number;
  readonly born: string;
  /** The command, to detect changes. */
  readonly command: readonly string[];
}

/** The start time of a process from the system; undefined for a missing or defunct process. */
export function bornAt(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name in parentheses may hold anything; state is field 3, start time (ticks since boot) field 22.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z" || fields[0] === "X") return undefined;
      return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  const ps = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8", timeout: 5_000 });
  const [state, ...start] = ps.stdout?.trim().split(/\s+/) ?? [];
  return !state || state.startsWith("Z") ? undefined : start.join(" ");
}

/** The record in a pid file, if its process is still running. */
export function livingProcess(pidFile: string): ProcessRecord | undefined {
  const record = readJson(pidFile) as ProcessRecord | undefined;
  if (!record?.pid || !record.born) return undefined;
  return bornAt(record.pid) === record.born ? record : undefined;
}

export interface Detached {
  readonly command: readonly [string, ...string[]];
  readonly pidFile: string;
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Starts a process that outlives this one and writes to its log. */
export async function startDetached({ command, pidFile, log, env, cwd }: Detached): Promise<ProcessRecord> {
  const [program, ...args] = command;
  const output = openSync(log, "a", 0o600);
  try {
    const child = spawn(program, args, { detached: true, stdio: ["ignore", output, output], env, cwd });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    const record = { pid: child.pid!, born: bornAt(child.pid!) ?? "", command };
    writePrivate(pidFile, JSON.stringify(record));
    child.unref();
    return record;
  } finally {
    closeSync(output);
  }
}

/** Terminates the process of a pid file, kills it after the time limit, and deletes the file. */
export async function stopDetached(pidFile: string, limitMs: number): Promise<void> {
  const record = livingProcess(pidFile);
  if (record) {
    const signal = (name: NodeJS.Signals) => {
      try {
        process.kill(record.pid, name);
      } catch {
        // The process has already exited.
      }
    };
    const gone = async (ms: number) => {
      const end = performance.now() + ms;
      while (bornAt(record.pid) === record.born) {
        if (performance.now() > end) return false;
        await sleep(20);
      }
      return true;
    };
    signal("SIGTERM");
    if (!(await gone(limitMs))) {
      signal("SIGKILL");
      if (!(await gone(5_000)))
        throw new Error(`process ${record.pid} (${record.command[0]}) does not exit. Kill it manually.`);
    }
  }
  rmSync(pidFile, { force: true });
}
