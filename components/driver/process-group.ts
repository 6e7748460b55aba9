import type { StopRequest } from "./stop-request.ts";

const killAfterMs = 10_000;

/**
 * Ends a process group at the time limit or at a signal, with SIGTERM and then SIGKILL. Call the returned function when
 * the process has exited; it returns the reason if the group was ended.
 */
export function endGroupWith(
  pid: number | undefined,
  timeoutSeconds: number,
  stop: StopRequest,
): () => string | undefined {
  let reason: string | undefined;
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, name);
    } catch {
      // The group has already exited.
    }
  };
  const timers: NodeJS.Timeout[] = [];
  const end = (why: string): void => {
    reason ??= why;
    signal("SIGTERM");
    timers.push(setTimeout(() => signal("SIGKILL"), killAfterMs));
  };
  const interrupt = (): void => {
    if (!stop.isCleaningUp) end("was stopped by a signal");
  };
  timers.push(
    setTimeout(() => end(`took longer than ${timeoutSeconds} seconds and was stopped`), timeoutSeconds * 1000),
  );
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return () => {
    timers.forEach((timer) => clearTimeout(timer));
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    return reason;
  };
}
