import { readFileSync } from "node:fs";
import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import type { Questions } from "../lib/fly/questions.ts";
import { hideSecrets } from "../logs/hide.ts";
import { redisRubyCommand } from "../lib/inside/ruby.ts";

const program = readFileSync(new URL("queues.rb", import.meta.url));
const limitSeconds = 30;

export const queuesSchema = z.object({
  queues: z.array(z.object({ name: z.string(), size: z.number(), latencySeconds: z.number() })),
  /** Jobs that failed and are tried again later, that are due later, and that nobody tries again. */
  retry: z.number(),
  scheduled: z.number(),
  dead: z.number(),
  /** Sidekiq processes that reported within the last minute. */
  processes: z.number(),
});
/** Go leaves out what is zero or empty. */
const execSchema = z.object({
  exit_code: z.number().default(0),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});

export type Queues = z.output<typeof queuesSchema>;

export const queuesCommand = redisRubyCommand(program);

/** Asks Redis from inside the app, where its address and password are. */
export async function readQueues(ask: Questions, machineId: string): Promise<Queues> {
  const args = ["machine", "exec", machineId, queuesCommand, "--timeout", String(limitSeconds)];
  const answer = await ask.json(args, execSchema, { timeoutSeconds: limitSeconds + 30 });
  const line = answer.stdout.split("\n").findLast((text) => text.startsWith('{"queues"'));
  if (answer.exit_code === 0 && line !== undefined) return parseQueues(line);
  const said = hideSecrets(`${answer.stderr}\n${answer.stdout}`).trim();
  throw new StepProblem(
    `queues, asked on machine ${machineId}`,
    `the command ended with ${answer.exit_code}${said && `:\n${said}\n`}`,
    "Check Redis and the worker's logs: `npm run ops -- logs --stack STACK --group worker`",
  );
}

export function parseQueues(line: string): Queues {
  return queuesSchema.parse(JSON.parse(line));
}
