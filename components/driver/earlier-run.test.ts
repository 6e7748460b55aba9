import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { endEarlierRun, rememberRun } from "./earlier-run.ts";

let folder: string;
let groups: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earlier-run-"));
  mkdirSync(join(folder, "chat"));
  vi.stubEnv("FLY_CONFIG_DIR", folder);
});
afterEach(() => {
  for (const pid of groups) killGroup(pid);
  groups = [];
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has already exited.
  }
}

/** A process group whose command line is `command`. */
async function group(command: string): Promise<{ pid: number; ended: Promise<unknown> }> {
  const program = "console.log('ready'); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, ["-e", program, "--", ...command.split(" ")], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  groups.push(child.pid as number);
  return { pid: child.pid as number, ended };
}

describe("the next run", () => {
  test("ends the flyctl of a killed run", async () => {
    const { pid, ended } = await group("flyctl deploy --app chat");
    rememberRun("chat", pid);
    const lines: string[] = [];
    await endEarlierRun("chat", (line) => lines.push(line));
    expect(lines).toEqual([`Ending flyctl (process ${pid}) of an earlier run that was killed`]);
    expect(await ended).toEqual([null, "SIGTERM"]);
    expect(existsSync(join(folder, "chat", "running"))).toBe(false);
  });

  test("leaves another process with the same id running", async () => {
    const { pid, ended } = await group("another program");
    rememberRun("chat", pid);
    await endEarlierRun("chat", () => expect.unreachable());
    killGroup(pid);
    expect(await ended).toEqual([null, "SIGKILL"]);
  });
});
