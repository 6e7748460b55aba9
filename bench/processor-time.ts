import { readFileSync } from "node:fs";

/** Linux counts processor time in ticks, 100 to a second on every architecture that Node runs on. */
const ticksPerSecond = 100;

/**
 * Seconds of processor time, user and system, of a process and of its descendants that ended and were waited for, from
 * Linux's /proc/PID/stat (proc_pid_stat(5), fields 14 to 17).
 */
export function parseProcessorSeconds(stat: string): number {
  // The second field is the program's name in parentheses, which may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).map(Number);
  if (ticks.length !== 4 || ticks.some((each) => !Number.isFinite(each)))
    throw new Error(`/proc/self/stat: unexpected form: ${stat.trim()}`);
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}

/** The processor time of this process; undefined on systems without /proc. */
export function processorSeconds(): number | undefined {
  if (process.platform !== "linux") return undefined;
  return parseProcessorSeconds(readFileSync("/proc/self/stat", "utf8"));
}
