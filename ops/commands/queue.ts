import { InvalidArgumentError, Option, type Command } from "commander";
import { queuesCommand, queuesSchema } from "../scale/queues.ts";
import { answer, endsWith, type Asked } from "../troubleshoot/command.ts";
import { judgeQueues } from "../troubleshoot/queues.ts";

interface Options extends Asked {
  maxDepth: number;
  maxLatency: number;
}

export function addQueue(program: Command): void {
  program
    .command("queue")
    .description("Sidekiq's queues: depth and latency, retries, dead jobs, processes; changes nothing")
    .requiredOption("--stack <name>", "the stack")
    .addOption(new Option("--max-depth <jobs>", "all queues together").argParser(whole).default(100))
    .addOption(new Option("--max-latency <seconds>", "of each queue").argParser(whole).default(60))
    .option("--json", "for machines", false)
    .addHelpText("after", endsWith)
    .action(queue);
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write a whole number, for instance 100.");
}

async function queue({ maxDepth, maxLatency, ...asked }: Options): Promise<void> {
  const { stack } = asked;
  await answer(asked, {
    name: "queue",
    title: "Sidekiq",
    command: queuesCommand,
    schema: queuesSchema,
    judge: (facts) => judgeQueues(facts, { depth: maxDepth, latencySeconds: maxLatency }, stack),
    next: `Check Redis, which holds the queues: \`npm run ops -- redis --stack ${stack}\``,
  });
}
