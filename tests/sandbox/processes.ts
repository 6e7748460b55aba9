import { execa } from "execa";
import { until } from "./until.ts";

/**
 * The processes that were started for a sandbox, whatever their parents: their arguments or environment contain its
 * folder.
 */
export async function processesOf(folder: string): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await execa("ps", ["axeww", "-o", "pid=,args="], {
    maxBuffer: 64 * 1024 * 1024,
    // The test's own environment may contain the folder.
    env: { PATH: process.env["PATH"] },
    extendEnv: false,
  });
  return stdout
    .split("\n")
    .filter((line) => line.includes(folder) && !line.includes("<defunct>"))
    .map((line) => /^\s*(\d+) (.*)$/.exec(line))
    .flatMap((found) => (found ? [{ pid: Number(found[1]), command: (found[2] as string).slice(0, 200) }] : []));
}

/** Kills the remaining processes of a sandbox, so that none outlives the tests. */
export async function endAll(folder: string): Promise<void> {
  for (const { pid } of await processesOf(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // The process has exited.
    }
  }
  await noProcessOf(folder);
}

/** Waits until the processes that a killed run had started have finished. */
async function noProcessOf(folder: string, limitMs = 20_000): Promise<void> {
  const isNone = async () => (await processesOf(folder)).length === 0;
  await until("no process is left", isNone, limitMs).catch(async (error: unknown) => {
    const left = (await processesOf(folder)).map(({ pid, command }) => `${pid} ${command}`);
    throw new Error([(error as Error).message, ...left].join("\n"), { cause: error });
  });
}
