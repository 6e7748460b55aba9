import { existsSync, readFileSync } from "node:fs";
import type { ContainerStart } from "../journal.ts";

export interface LogOptions {
  timestamps: boolean;
  /** Earliest time to include. */
  since: Date | undefined;
  /** Number of lines from the end. */
  tail: number | undefined;
}

const longestCommand = 100;

interface Start extends ContainerStart {
  readonly time: string;
}

/** A container's log. Containers do not run here, so it contains only the time and the command of each start. */
export function containerLog(starts: readonly Start[], { timestamps, since, tail }: LogOptions): string {
  const fresh = starts.filter(({ time }) => since === undefined || new Date(time) >= since);
  const lines = fresh.map(({ time, image, command, args }) => {
    const words = [...command, ...args].join(" ");
    const shown = words.length > longestCommand ? `${words.slice(0, longestCommand)}...` : words;
    const text = `started ${image}${words && ` as ${JSON.stringify(shown)}`}; the sandbox does not run its program`;
    return `${timestamps ? `${time} ` : ""}${text}\n`;
  });
  return (tail === undefined ? lines : lines.slice(Math.max(0, lines.length - tail))).join("");
}

/** The starts of one container, in order. */
export function startsOf(journal: string, namespace: string, pod: string, container: string): Start[] {
  if (!existsSync(journal)) return [];
  return readFileSync(journal, "utf8")
    .split("\n")
    .filter((line) => line.includes('"event":"start"') && line.includes(JSON.stringify(pod)))
    .map((line) => JSON.parse(line) as Start)
    .filter((start) => start.namespace === namespace && start.pod === pod && start.name === container);
}

/** Parses the query of a kubelet's `/containerLogs`. */
export function logOptions(query: URLSearchParams, now: Date): LogOptions {
  const seconds = query.get("sinceSeconds");
  const time = query.get("sinceTime");
  const tail = query.get("tailLines");
  return {
    timestamps: query.get("timestamps") === "true",
    since:
      seconds !== null ? new Date(now.getTime() - Number(seconds) * 1000) : time !== null ? new Date(time) : undefined,
    tail: tail === null ? undefined : Number(tail),
  };
}
