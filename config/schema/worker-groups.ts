import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { allQueues } from "../queues.ts";
import { memoryMb, whole } from "./words.ts";

const isQueue = (name: string): boolean => (allQueues as readonly string[]).includes(name);

const queue = z.string().refine(isQueue, {
  error: ({ input }) => `is not a queue of Chatwoot. The nearest is ${closest(String(input), allQueues)}`,
});

/**
 * Groups of workers with their own queues, by name. Each becomes the process group or Deployment `worker-NAME` beside
 * the main worker, which serves all other queues. Each has `queues`, which no other worker serves, in order of priority,
 * and `count` (default 1), `memoryMb` (1024) and `concurrency` (10). A change restarts the workers. Default: none.
 */
export const workerGroups = z.record(
  z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/,
      "is not a valid name. Use up to 30 lower-case letters, digits and hyphens",
    ),
  z.strictObject({
    /** Queues that only this group serves, in order of priority: a job waits until the queues before it are empty. */
    queues: z.array(queue).min(1, "is empty. Name a queue"),
    /** Number of machines or pods. Default: 1. */
    count: whole(1, 100).default(1),
    /** Memory of each machine or pod, in MiB. A change restarts them. Default: 1024. */
    memoryMb: memoryMb.default(1024),
    /** Sidekiq threads and database connections of each machine or pod. A change restarts them. Default: 10. */
    concurrency: whole(1, 64).default(10),
  }),
);
