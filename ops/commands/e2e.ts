import { Option, type Command } from "commander";
import picocolors from "picocolors";
import { endToEndOf } from "../e2e/open.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { saveRun } from "../health/evidence.ts";
import { endSignal, secondsArgument } from "../health/repeat.ts";
import { formatResults, formatVerdict } from "../health/report.ts";
import { environmentTarget, headingOf, stackTarget } from "../health/target.ts";
import { compactUtc } from "../logs/save.ts";

interface Options {
  stack?: string;
  inbox?: string;
  factWithin: number;
  noteWithin?: number;
  timeout: number;
  json: boolean;
}

export function addEndToEnd(program: Command): void {
  program
    .command("e2e")
    .description("a customer writes, the webhook is recorded, the agent drafts; deletes what it made")
    .option("--stack <name>", "the stack (default: the variables that health takes, and DATABASE_URL)")
    .option("--inbox <name>", "an API inbox of yours to write to (default: one made for the test)")
    .addOption(
      new Option("--fact-within <seconds>", "from message to fact").argParser(secondsArgument(1, 600)).default(15),
    )
    .addOption(
      new Option("--note-within <seconds>", "from message to note (default: support.targets.noteSeconds)").argParser(
        secondsArgument(1, 600),
      ),
    )
    .addOption(
      new Option("--timeout <seconds>", "limit of each question").argParser(secondsArgument(1, 120)).default(10),
    )
    .option("--json", "for machines", false)
    .addHelpText(
      "after",
      [
        "",
        "Ends with 0 where every step is well, 2 where one is not, 1 where it could not be tried.",
        "A late note is waited for three times as long, to tell late from never.",
        "Every run is a line of artifacts/ops/chatwoot-e2e-<day>.jsonl.",
      ].join("\n"),
    )
    .action(endToEnd);
}

async function endToEnd(options: Options): Promise<void> {
  const { stack, json } = options;
  const signal = endSignal();
  const run = await endToEndOf(stack === undefined ? environmentTarget() : await stackTarget(stack), {
    ...options,
    signal,
  });
  await saveRun(`chatwoot-e2e-${compactUtc(new Date(run.at)).slice(0, 8)}`, run);
  if (json) console.log(JSON.stringify(run));
  else {
    const colour = picocolors.isColorSupported && process.stdout.isTTY === true;
    console.log(headingOf({ stack, baseUrl: run.url }));
    console.log(formatResults(run.results, { colour }));
    console.log(formatVerdict("Chatwoot end-to-end test", run.results));
  }
  process.exitCode = signal.aborted ? exitCodes.failed : run.ok ? exitCodes.fine : exitCodes.attention;
}
