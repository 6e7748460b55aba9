import type { Sandbox } from "./support.ts";

/** kill -9 of the command line and all that is in its process group, as when a terminal's machine dies. */
export async function endRun(running: ReturnType<Sandbox["start"]>): Promise<void> {
  if (running.pid === undefined) throw new Error("the command line did not start");
  process.kill(-running.pid, "SIGKILL");
  const { signal, all } = await running;
  if (signal !== "SIGKILL") throw new Error(`the run ended by itself before it was killed:\n${String(all)}`);
}
