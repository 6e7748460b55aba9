import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { endGroupWith } from "./process-group.ts";
import { StopRequest } from "./stop-request.ts";

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a child of the process ends with it at the time limit", async () => {
  const program = "const child = require('child_process').spawn('sleep', ['600']); console.log(child.pid)";
  const parent = spawn(process.execPath, ["-e", program], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const child = Number(line.toString());
  expect(isRunning(child)).toBe(true);
  const done = endGroupWith(parent.pid, 0.01, new StopRequest());
  await once(parent, "exit");
  expect(done()).toBe("took longer than 0.01 seconds and was stopped");
  for (let tries = 0; tries < 100 && isRunning(child); tries++) await sleep(50);
  const isLeft = isRunning(child);
  if (isLeft) process.kill(child, "SIGKILL");
  expect(isLeft).toBe(false);
});
