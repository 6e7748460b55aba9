import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";

const patienceMs = 20_000;
const abandonedMs = 10_000;

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

/** Runs `work` with an exclusive lock file. */
export function withLock<T>(file: string, work: () => T): T {
  const deadline = Date.now() + patienceMs;
  while (!tryLock(file)) {
    if (Date.now() > deadline) throw new Error(`the sandbox's flyctl: timed out waiting for ${file}`);
    removeIfAbandoned(file);
    pause(2 + Math.random() * 8);
  }
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    const handle = openSync(file, "wx", 0o600);
    writeSync(handle, `${process.pid}`);
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** A killed process leaves its lock. Only one waiter at a time may remove it, so that two do not both take it. */
function removeIfAbandoned(file: string): void {
  const judge = `${file}.judge`;
  if (!tryLock(judge)) {
    if (ageMs(judge) > abandonedMs) rmSync(judge, { force: true });
    return;
  }
  try {
    if (!isAbandoned(file)) return;
    const aside = `${file}.${randomBytes(4).toString("hex")}`;
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // Its owner has released it.
  } finally {
    rmSync(judge, { force: true });
  }
}

function isAbandoned(file: string): boolean {
  const owner = Number(readFileSync(file, "utf8"));
  if (!Number.isInteger(owner) || owner <= 0) return ageMs(file) > abandonedMs;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
