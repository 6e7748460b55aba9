import { z } from "zod";
import { parseJson } from "../../lib/json.ts";
import { StepProblem } from "../../lib/problem.ts";
import type { RecordedStep } from "../lib/stack/steps.ts";

const schema = z.object({
  queueDepth: z.number(),
  maxWorkers: z.number(),
  maxWorkerMemoryMb: z.number(),
  /** Clients that the pooler in front of the database lets in; absent where nobody told. */
  poolLimit: z.number().optional(),
  /** Database sessions as the stack's configuration has them. */
  demand: z.object({
    web: z.object({ count: z.number(), threads: z.number() }),
    worker: z.object({ count: z.number(), concurrency: z.number() }),
    preparation: z.number(),
    backup: z.number().default(0),
    facts: z.number().default(0),
    pipeline: z.number().default(0),
    sets: z.number().default(1),
  }),
});

/** What the configuration allows, `chatwoot:fly.scaling`, with what it says about connections. */
export type Bounds = z.output<typeof schema>;

/** The app that has bounds, and the bounds. */
export function scalingOf(stack: string, steps: readonly RecordedStep[]): { app: string; bounds: Bounds } {
  const step = steps.find(({ app, inputs }) => app !== undefined && inputs["SCALING"] !== undefined);
  const bounds = schema.safeParse(parseJson(step?.inputs["SCALING"]));
  if (step?.app === undefined || !bounds.success) {
    throw new StepProblem(
      `stack ${stack}`,
      "has no bounds for scaling in its state",
      `Deploy it with this version first: \`pulumi up --stack ${stack}\``,
    );
  }
  return { app: step.app, bounds: bounds.data };
}
