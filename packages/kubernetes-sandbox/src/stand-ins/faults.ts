import { readFileSync, watchFile, unwatchFile } from "node:fs";

/** Injected faults. The regular expressions are matched with the names of pods and of their owners. */
export interface Faults {
  /** Pods of Jobs fail. */
  readonly failJobs: readonly RegExp[];
  /** Containers of these pods crash soon after each start. */
  readonly failPods: readonly RegExp[];
  /** Pods start, but never become ready and never finish. Also applies to claims and to clusters of CloudNativePG. */
  readonly stall: readonly RegExp[];
  /** Time until a container is ready or finished, in milliseconds. */
  readonly delayMs: number;
}

export const noFaults: Faults = { failJobs: [], failPods: [], stall: [], delayMs: 100 };

/** Parses faults; omitted fields mean no fault. */
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

/** Whether one of the expressions matches one of the names. */
export const matches = (expressions: readonly RegExp[], names: readonly string[]): boolean =>
  expressions.some((expression) => names.some((name) => expression.test(name)));

/** Watches the faults file. A missing file means no faults; an invalid one is logged and the previous faults apply. */
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
  // Polling detects both replaced and rewritten files on every system.
  watchFile(path, { interval: 50 }, listener);
  return {
    get current() {
      return current;
    },
    stop: () => unwatchFile(path, listener),
  };
}
