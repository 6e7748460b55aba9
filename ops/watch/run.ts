import { execa } from "execa";
import { noiseFilter } from "./noise.ts";

export interface RunOptions {
  limitMs: number;
  /** Time to finish after the limit. */
  graceMs: number;
  print: (line: string) => void;
  /** Gets every line of Pulumi, also those that are left out. */
  read?: (line: string) => void;
}

export interface RunEnd {
  /** "failed with exit code 255"; undefined after a success. */
  failure?: string;
  /** Lines left out as consequences of a failure. */
  leftOut: number;
}

/**
 * Runs Pulumi until its limit. In a process group of its own: at a second SIGINT Pulumi stops without finishing, so a
 * Ctrl-C must reach it once, from here.
 */
export async function runWatched(words: readonly string[], options: RunOptions): Promise<RunEnd> {
  const { limitMs, graceMs, print, read } = options;
  const running = execa("pulumi", words, {
    reject: false,
    stdin: "ignore",
    all: true,
    buffer: false,
    detached: true,
    cleanup: false,
  });
  let isLate = false;
  const interrupt = (): void => void running.kill("SIGINT");
  const limit = setTimeout(() => {
    isLate = true;
    print(`pulumi: the limit of ${minutes(limitMs)} is over; interrupted. It finishes what it has started.`);
    interrupt();
  }, limitMs);
  // The whole group: a killed Pulumi leaves its language host behind.
  const end = setTimeout(() => running.pid !== undefined && process.kill(-running.pid, "SIGKILL"), limitMs + graceMs);
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, interrupt);
  let leftOut = 0;
  try {
    const isShown = noiseFilter();
    for await (const line of running.iterable({ from: "all" })) {
      read?.(line);
      if (isShown(line)) print(line);
      else leftOut += 1;
    }
  } catch {
    // A program that is missing or fails ends its output with an error; the result says how.
  } finally {
    clearTimeout(limit);
    clearTimeout(end);
  }
  const { failed, exitCode, code, signal } = await running;
  for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, interrupt);
  if (isLate) return { failure: `took longer than ${minutes(limitMs)} and was interrupted`, leftOut };
  if (!failed) return { leftOut };
  if (code === "ENOENT") return { failure: "is not installed", leftOut };
  return { failure: signal ? `ended by ${signal}` : `failed with exit code ${exitCode ?? 1}`, leftOut };
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${ms / 1000} seconds` : `${Math.round(ms / 60_000)} minutes`;
}
