import { Option, type Command } from "commander";
import picocolors from "picocolors";
import { endToEndOf } from "../e2e/open.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { saveRun } from "../health/evidence.ts";
import { interruptSignal, secondsArgument } from "../health/repeat.ts";
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
    .description(
      "test the pipeline end to end: customer message, recorded webhook, agent's draft; deletes what it created",
    )
    .option("--stack <name>", "name of the stack (default: the variables of health, and DATABASE_URL)")
    .option("--inbox <name>", "API inbox to write to (default: one created for the test)")
    .addOption(
      new Option("--fact-within <seconds>", "time limit from message to fact")
        .argParser(secondsArgument(1, 600))
        .default(15),
    )
    .addOption(
      new Option(
        "--note-within <seconds>",
        "time limit from message to note (default: support.targets.noteSeconds)",
      ).argParser(secondsArgument(1, 600)),
    )
    .addOption(
      new Option("--timeout <seconds>", "time limit per request").argParser(secondsArgument(1, 120)).default(10),
    )
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      [
        "",
        "Exit codes: 0 every step passed, 2 a step failed, 1 the test could not run.",
        "The test waits three times --note-within, to distinguish a late note from a missing one.",
        "Each run appends a line to artifacts/ops/chatwoot-e2e-<day>.jsonl.",
      ].join("\n"),
    )
    .action(endToEnd);
}

async function endToEnd(options: Options): Promise<void> {
  const { stack, json } = options;
  const signal = interruptSignal();
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
  process.exitCode = signal.aborted ? exitCodes.failed : run.ok ? exitCodes.ok : exitCodes.attention;
}
