import { mkdirSync } from "node:fs";
import { lock } from "proper-lockfile";
import { heartbeat, type OnProgress } from "./progress.ts";

const waitMs = 20 * 60_000;
const everyMs = 500;

/** Runs `work` while no other process holds the same folder; says so while it waits. */
export async function withFolderLock<T>(
  folder: string,
  what: string,
  onProgress: OnProgress | undefined,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const stop = heartbeat(onProgress, (s) => `${what}: waiting for another process that holds it, ${s} s`);
  let release: () => Promise<void>;
  try {
    release = await lock(folder, {
      // A killed holder stops renewing its lock, which is then taken over.
      stale: 15_000,
      update: 5_000,
      retries: { retries: Math.ceil(waitMs / everyMs), factor: 1, minTimeout: everyMs, maxTimeout: everyMs },
    });
  } catch (error) {
    throw new Error(`${what}: another process holds ${folder}. Wait until it is done, or end it, and try again.`, {
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
