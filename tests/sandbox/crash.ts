import type { Sandbox } from "./support.ts";
import { until } from "./until.ts";

/** The number of flyctl calls in a first deployment of staging; tests/sandbox/staging.test.ts counts them. */
export const callsOfFirstDeployment = 27;

type Running = ReturnType<Sandbox["start"]>;

/** Sends kill -9 at the moment to the command line and its process group, as when a terminal's machine dies. */
export async function killAt(
  running: Running,
  what: string,
  moment: () => boolean | Promise<boolean>,
  everyMs = 3,
): Promise<void> {
  let ended = false;
  void running.then(() => (ended = true));
  await until(what, async () => ended || (await moment()), 150_000, everyMs);
  if (running.pid !== undefined && !ended) process.kill(-running.pid, "SIGKILL");
  const { signal, exitCode, all } = await running;
  if (signal !== "SIGKILL")
    throw new Error(`the run ended with ${exitCode}, before it could be killed at ${what}:\n${String(all)}`);
}
