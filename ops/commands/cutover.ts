import { Option, type Command } from "commander";
import picocolors from "picocolors";
import { collectFindings } from "../cutover/findings.ts";
import { countStates, judgeReadiness } from "../cutover/readiness.ts";
import { formatReadiness, readinessMarkdown } from "../cutover/report.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { interruptSignal, secondsArgument } from "../health/repeat.ts";
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
    .description("print the checklist before go-live: what is ready, what is missing, what is manual")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--mail [address]", "send a password mail to the stack's admin or to this user")
    .addOption(
      new Option("--timeout <seconds>", "time limit per request").argParser(secondsArgument(1, 120)).default(10),
    )
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      [
        "",
        "Runs health, smoke, e2e and the checks of pipeline, drift and backup; takes up to two",
        "minutes. e2e deletes what it creates in Chatwoot. A healthy pipeline without a",
        "baseline gets one.",
        "Exit codes: 0 no automatic check is missing, 2 some are missing, 1 interrupted or the stack",
        "could not be read.",
        "Saves artifacts/ops/chatwoot-cutover-<UTC>.md.",
      ].join("\n"),
    )
    .action(cutover);
}

async function cutover({ stack, mail, timeout, json }: Options): Promise<void> {
  const signal = interruptSignal();
  const target = await stackTarget(stack);
  const { support } = await loadOutputs(stack);
  const handedTo = Array.isArray(support?.["handedTo"]) ? support["handedTo"].map(String) : [];
  const mailTo = mail === true ? target.adminEmail : mail;
  const now = new Date();
  const at = now.toISOString();
  const findings = await collectFindings({ stack, target, handedTo, mailTo, timeoutSeconds: timeout, signal });
  if (signal.aborted) {
    console.error(
      `cutover: interrupted before the end, so there is no result. Run \`npm run ops -- cutover --stack ${stack}\` again.`,
    );
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
  process.exitCode = counts.missing === 0 ? exitCodes.ok : exitCodes.attention;
}
