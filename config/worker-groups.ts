import type { SharedConfig } from "./schema.ts";
import { allQueues } from "./queues.ts";

/** A kind of worker process: the main one, or a group with its own queues. */
export interface Workers {
  /** Name of the process group on Fly and of the tier on Kubernetes: `worker`, or `worker-mail` of the group `mail`. */
  name: string;
  /** Name in `worker.groups`; undefined for the main one. */
  group: string | undefined;
  /** Key of its settings. */
  key: string;
  count: number;
  memoryMb: number;
  concurrency: number;
  /** The queues it serves, in order of priority. */
  queues: readonly string[];
  /** What the group serves, or what the main one leaves to the groups; undefined without any group. */
  serves: { only: readonly string[] } | { allBut: readonly string[] } | undefined;
}

/**
 * The main worker first, then the groups. The main one serves every queue that no group takes, also those that only a
 * later version of Chatwoot has, so no queue is without a worker.
 */
export function workersOf({ groups, ...main }: SharedConfig["worker"]): [Workers, ...Workers[]] {
  const taken = Object.values(groups).flatMap(({ queues }) => queues);
  return [
    {
      ...main,
      name: "worker",
      group: undefined,
      key: "worker",
      queues: allQueues.filter((queue) => !taken.includes(queue)),
      serves: taken.length === 0 ? undefined : { allBut: taken },
    },
    ...Object.entries(groups).map(([group, settings]) => ({
      ...settings,
      name: `worker-${group}`,
      group,
      key: `worker.groups.${group}`,
      serves: { only: settings.queues },
    })),
  ];
}

/** Whether a process group runs workers. */
export function isWorkers(name: string): boolean {
  return name === "worker" || name.startsWith("worker-");
}
