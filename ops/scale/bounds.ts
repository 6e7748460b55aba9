import { z } from "zod";
import { parseJson } from "../../lib/json.ts";
import { StepProblem } from "../../lib/problem.ts";
import type { RecordedStep } from "../lib/stack/steps.ts";

const schema = z.object({
  queueDepth: z.number(),
  maxWorkers: z.number(),
  maxWorkerMemoryMb: z.number(),
  /** Groups of workers with their own queues, by process group. */
  groups: z.record(z.string(), z.object({ queues: z.array(z.string()), memoryMb: z.number() })).default({}),
  /** Client limit of the database's pooler, if configured. */
  poolLimit: z.number().optional(),
  /** Configured database sessions. */
  demand: z.object({
    web: z.object({ count: z.number(), threads: z.number() }),
    worker: z.object({ count: z.number(), concurrency: z.number() }),
    groups: z.record(z.string(), z.object({ count: z.number(), concurrency: z.number() })).default({}),
    preparation: z.number(),
    backup: z.number().default(0),
    facts: z.number().default(0),
    pipeline: z.number().default(0),
    sets: z.number().default(1),
  }),
});

/** The limits of `chatwoot:fly.scaling` and of database connections. */
export type Bounds = z.output<typeof schema>;

export function scalingOf(stack: string, steps: readonly RecordedStep[]): { app: string; bounds: Bounds } {
  const step = steps.find(({ app, inputs }) => app !== undefined && inputs["SCALING"] !== undefined);
  const bounds = schema.safeParse(parseJson(step?.inputs["SCALING"]));
  if (step?.app === undefined || !bounds.success) {
    throw new StepProblem(
      `stack ${stack}`,
      "has no limits for scaling in its state",
      `Deploy this version: \`pulumi up --stack ${stack}\``,
    );
  }
  return { app: step.app, bounds: bounds.data };
}
