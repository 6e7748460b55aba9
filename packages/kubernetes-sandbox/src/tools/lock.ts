import { mkdirSync } from "node:fs";
import { lock } from "proper-lockfile";
import { heartbeat, type OnProgress } from "./progress.ts";

const waitMs = 20 * 60_000;
const everyMs = 500;

/** Runs `work` with an exclusive lock on the folder; reports progress while it waits. */
export async function withFolderLock<T>(
  folder: string,
  what: string,
  onProgress: OnProgress | undefined,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const stop = heartbeat(onProgress, (s) => `${what}: waiting for another process, ${s} s`);
  let release: () => Promise<void>;
  try {
    release = await lock(folder, {
      // A killed process stops renewing its lock, which then expires.
      stale: 15_000,
      update: 5_000,
      retries: { retries: Math.ceil(waitMs / everyMs), factor: 1, minTimeout: everyMs, maxTimeout: everyMs },
    });
  } catch (error) {
    throw new Error(`${what}: another process uses ${folder}. Wait until it finishes, or stop it, and try again.`, {
      cause: error,
    });
  } finally {
    stop();
  }
  try {
    return await work();
  } finally {
    await release();
  }
}
