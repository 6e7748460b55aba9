import { Option, type Command } from "commander";
import picocolors from "picocolors";
import { gather } from "../cutover/findings.ts";
import { countStates, judgeReadiness } from "../cutover/readiness.ts";
import { formatReadiness, readinessMarkdown } from "../cutover/report.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { endSignal, secondsArgument } from "../health/repeat.ts";
import { headingOf, stackTarget } from "../health/target.ts";
import { compactUtc } from "../logs/save.ts";
import { saveEvidence } from "../pipeline/save.ts";
import { loadOutputs } from "../lib/stack/outputs.ts";

interface Options {
  stack: string;
  mail?: string | true;
  timeout: number;
  json: boolean;
}

export function addCutover(program: Command): void {
  program
    .command("cutover")
    .description("the checklist before people use it: what is ready, what is missing, what people do")
    .requiredOption("--stack <name>", "the stack")
    .option("--mail [address]", "have a password mail sent, to the stack's admin or to this user")
    .addOption(
      new Option("--timeout <seconds>", "limit of each question").argParser(secondsArgument(1, 120)).default(10),
    )
    .option("--json", "for machines", false)
    .addHelpText(
      "after",
      [
        "",
        "Runs health, smoke, e2e and what pipeline, drift and backup look at; takes up to two",
        "minutes. What smoke and e2e make in Chatwoot they delete. Where the pipeline is well",
        "and has no baseline yet, one is recorded.",
        "Ends with 0 where nothing is missing that a machine can check, 2 where something is,",
        "1 where it was ended or the stack could not be read.",
        "Saved as Markdown: artifacts/ops/chatwoot-cutover-<UTC>.md.",
      ].join("\n"),
    )
    .action(cutover);
}

async function cutover({ stack, mail, timeout, json }: Options): Promise<void> {
  const signal = endSignal();
  const target = await stackTarget(stack);
  const { support } = await loadOutputs(stack);
  const handedTo = Array.isArray(support?.["handedTo"]) ? support["handedTo"].map(String) : [];
  const mailTo = mail === true ? target.adminEmail : mail;
  const now = new Date();
  const at = now.toISOString();
  const findings = await gather({ stack, target, handedTo, mailTo, timeoutSeconds: timeout, signal });
  if (signal.aborted) {
    console.error(`Ended before it was done: nothing is judged. Again: npm run ops -- cutover --stack ${stack}`);
    process.exitCode = exitCodes.failed;
    return;
  }
  const lines = judgeReadiness(findings, stack);
  const counts = countStates(lines);
  const path = await saveEvidence(
    `chatwoot-cutover-${compactUtc(now)}.md`,
    readinessMarkdown(headingOf(target), at, lines),
  );
  if (json) console.log(JSON.stringify({ at, stack, ready: counts.missing === 0, counts, lines }, null, 2));
  else {
    console.log(headingOf(target));
    console.log(formatReadiness(lines, { colour: picocolors.isColorSupported && process.stdout.isTTY === true }));
  }
  console.error(`Saved to ${path}`);
  process.exitCode = counts.missing === 0 ? exitCodes.fine : exitCodes.attention;
}
