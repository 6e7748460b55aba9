import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

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

export interface FollowedFaults {
  /** The faults of a namespace's own file, or else those of all namespaces. */
  of(namespace: string | undefined): Faults;
  stop(): void;
}

const pollMs = 50;

/**
 * Follows the file of all namespaces and the folder with one file for each namespace. A missing file means no faults; an
 * invalid one is logged and the previous faults apply.
 */
export function followFaults(file: string, folder: string, onChange: () => void): FollowedFaults {
  const followed = new Map<string, { text: string; faults: Faults }>();
  const read = (): boolean => {
    const found = new Map([file, ...filesIn(folder)].map((path) => [path, textOf(path)] as const));
    const gone = [...followed.keys()].filter((path) => found.get(path) === undefined);
    for (const path of gone) followed.delete(path);
    let changed = gone.length > 0;
    for (const [path, text] of found) {
      const known = followed.get(path);
      if (text === undefined || text === known?.text) continue;
      followed.set(path, { text, faults: parsed(path, text) ?? known?.faults ?? noFaults });
      changed = true;
    }
    return changed;
  };
  read();
  // Polling detects both replaced and rewritten files on every system.
  const timer = setInterval(() => {
    if (read()) onChange();
  }, pollMs);
  return {
    of: (namespace) => (followed.get(join(folder, `${namespace}.json`)) ?? followed.get(file))?.faults ?? noFaults,
    stop: () => clearInterval(timer),
  };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parsed(path: string, text: string): Faults | undefined {
  try {
    return parseFaults(text);
  } catch (error) {
    console.error(`${path}: ${String(error)}. Correct the file.`);
    return undefined;
  }
}
