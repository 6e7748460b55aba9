import { readFileSync, watchFile, unwatchFile } from "node:fs";

/** What the stand-ins are told to do wrong; regular expressions are tried on names of pods and of their owners. */
export interface Faults {
  /** Pods that run to an end (of Jobs) fail instead. */
  readonly failJobs: readonly RegExp[];
  /** Containers of these pods crash soon after each start. */
  readonly failPods: readonly RegExp[];
  /** Started, but never ready and never finished. Also stops clusters of CloudNativePG and claims. */
  readonly stall: readonly RegExp[];
  /** How long a container takes to become ready or to finish. */
  readonly delayMs: number;
}

export const noFaults: Faults = { failJobs: [], failPods: [], stall: [], delayMs: 100 };

/** The faults in a text; what it leaves out is as without faults. */
export function parseFaults(text: string): Faults {
  const raw = JSON.parse(text) as Partial<Record<keyof Faults, unknown>>;
  const expressions = (value: unknown) => (Array.isArray(value) ? value.map((item) => new RegExp(String(item))) : []);
  return {
    failJobs: expressions(raw.failJobs),
    failPods: expressions(raw.failPods),
    stall: expressions(raw.stall),
    delayMs: typeof raw.delayMs === "number" ? raw.delayMs : noFaults.delayMs,
  };
}

/** Whether one of the expressions fits one of the names. */
export const matches = (expressions: readonly RegExp[], names: readonly string[]): boolean =>
  expressions.some((expression) => names.some((name) => expression.test(name)));

/** Follows the faults file; a missing one means none, a broken one is told and leaves the former faults. */
export function followFaults(path: string, onChange: () => void): { readonly current: Faults; stop(): void } {
  let current = noFaults;
  const read = () => {
    try {
      current = parseFaults(readFileSync(path, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") current = noFaults;
      else console.error(`${path}: ${String(error)}. Correct the file.`);
    }
  };
  read();
  const listener = () => {
    read();
    onChange();
  };
  // Polling sees files that are replaced as well as files that are rewritten, on every system.
  watchFile(path, { interval: 50 }, listener);
  return {
    get current() {
      return current;
    },
    stop: () => unwatchFile(path, listener),
  };
}
