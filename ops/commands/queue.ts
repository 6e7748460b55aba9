import { InvalidArgumentError, Option, type Command } from "commander";
import { queuesCommand, queuesSchema } from "../scale/queues.ts";
import { diagnose, exitCodesHelp, type DiagnosisOptions } from "../troubleshoot/command.ts";
import { judgeQueues } from "../troubleshoot/queues.ts";

interface Options extends DiagnosisOptions {
  maxDepth: number;
  maxLatency: number;
}

export function addQueue(program: Command): void {
  program
    .command("queue")
    .description("check Sidekiq's queues: depth, latency, retries, dead jobs, processes; changes nothing")
    .requiredOption("--stack <name>", "name of the stack")
    .addOption(new Option("--max-depth <jobs>", "limit for all queues together").argParser(wholeNumber).default(100))
    .addOption(new Option("--max-latency <seconds>", "limit for each queue").argParser(wholeNumber).default(60))
    .option("--json", "print JSON", false)
    .addHelpText("after", exitCodesHelp)
    .action(queue);
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Use a whole number such as 100.");
}

async function queue({ maxDepth, maxLatency, ...options }: Options): Promise<void> {
  const { stack } = options;
  await diagnose(options, {
    name: "queue",
    title: "Sidekiq",
    command: queuesCommand,
    schema: queuesSchema,
    judge: (facts, { restart, workersOf }) =>
      judgeQueues(
        facts,
        { depth: maxDepth, latencySeconds: maxLatency },
        { stack, restart: restart("worker"), workersOf },
      ),
    next: `Check Redis, which holds the queues: \`npm run ops -- redis --stack ${stack}\``,
  });
}
