import { readFileSync } from "node:fs";
import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import type { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { hideSecrets } from "../logs/hide.ts";
import { redisRubyCommand } from "../lib/exec/ruby.ts";

const program = readFileSync(new URL("queues.rb", import.meta.url));
const limitSeconds = 30;

export const queuesSchema = z.object({
  queues: z.array(z.object({ name: z.string(), size: z.number(), latencySeconds: z.number() })),
  /** Failed jobs that will be retried. */
  retry: z.number(),
  scheduled: z.number(),
  /** Retries and scheduled jobs that are due for more than 60 s. */
  overdue: z.number(),
  dead: z.number(),
  /** Dead jobs by class. */
  deadClasses: z.record(z.string(), z.number()),
  /** Sidekiq processes that reported within the last minute. */
  processes: z.number(),
  /** The queues that those processes serve; empty if they do not say. */
  served: z.array(z.string()).default([]),
  /** Workers whose health check passes. */
  healthChecks: z.number(),
});
/** Go omits zero and empty values. */
const execSchema = z.object({
  exit_code: z.number().default(0),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});

export type Queues = z.output<typeof queuesSchema>;

export const queuesCommand = redisRubyCommand(program);

/** Reads Redis from inside the app, so that its password never leaves it. */
export async function readQueues(ask: AppFlyctl, machineId: string): Promise<Queues> {
  const args = ["machine", "exec", machineId, queuesCommand, "--timeout", String(limitSeconds)];
  const answer = await ask.json(args, execSchema, { timeoutSeconds: limitSeconds + 30 });
  const line = answer.stdout.split("\n").findLast((text) => text.startsWith('{"queues"'));
  if (answer.exit_code === 0 && line !== undefined) return parseQueues(line);
  const output = hideSecrets(`${answer.stderr}\n${answer.stdout}`).trim();
  throw new StepProblem(
    `queues on machine ${machineId}`,
    `${answer.exit_code === 0 ? "printed unexpected JSON" : `failed with exit code ${answer.exit_code}`}${output && `:\n${output}\n`}`,
    "Check Redis, and read the worker's logs: `npm run ops -- logs --stack STACK --group worker`",
  );
}

export function parseQueues(line: string): Queues {
  return queuesSchema.parse(JSON.parse(line));
}
