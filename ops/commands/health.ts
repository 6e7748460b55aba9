import { Option, type Command } from "commander";
import picocolors from "picocolors";
import { exitCodes } from "../lib/exit-codes.ts";
import { failuresAmong } from "../health/check.ts";
import { checkHealth } from "../health/checks.ts";
import { saveRun, type Run } from "../health/evidence.ts";
import { interruptSignal, repeat, secondsArgument } from "../health/repeat.ts";
import { formatResults, formatVerdict } from "../health/report.ts";
import { environmentTarget, headingOf, stackTarget, type Target } from "../health/target.ts";

interface Options {
  stack?: string;
  interval?: number;
  timeout: number;
  json: boolean;
}

const verdict = "Chatwoot health check";

export function addHealth(program: Command): void {
  program
    .command("health")
    .description("check Chatwoot, its webhooks and the agent service; changes nothing")
    .option(
      "--stack <name>",
      "name of the stack (default: CHATWOOT_BASE_URL, CHATWOOT_API_KEY and the other variables)",
    )
    .addOption(new Option("--interval <seconds>", "repeat at this interval").argParser(secondsArgument(5, 86_400)))
    .addOption(
      new Option("--timeout <seconds>", "time limit per request").argParser(secondsArgument(1, 120)).default(10),
    )
    .option("--json", "print JSON, one line per run", false)
    .addHelpText(
      "after",
      [
        "",
        "Exit codes: 0 healthy, 2 a check failed, 1 the checks could not run.",
        "",
        "Without --stack: set CHATWOOT_BASE_URL, and optionally CHATWOOT_API_KEY, CHATWOOT_ACCOUNT_ID,",
        "CHATWOOT_WEBHOOK_URL, CHATWOOT_WEBHOOK_SECRET, AGENT_SDK_URL.",
        "Each run appends a line to artifacts/ops/chatwoot-health-<day>.jsonl.",
      ].join("\n"),
    )
    .action(health);
}

async function health({ stack, interval, timeout, json }: Options): Promise<void> {
  const target = stack === undefined ? environmentTarget() : await stackTarget(stack);
  const signal = interruptSignal();
  process.exitCode = exitCodes.ok;
  await repeat(interval, signal, async () => {
    const results = await checkHealth(target, { timeoutSeconds: timeout, signal });
    // An interrupted run has no result.
    if (signal.aborted) return;
    const run = runOf(target, results);
    await saveRun(`chatwoot-health-${run.at.slice(0, 10)}`, run);
    if (json) console.log(JSON.stringify(run));
    else print(target, run, interval !== undefined);
    if (!run.ok) process.exitCode = exitCodes.attention;
  });
  if (signal.aborted && interval === undefined) process.exitCode = exitCodes.failed;
}

/** A single run prints every result; a repeated run prints one line while everything passes. */
function print(target: Target, { at, ok, results }: Run, isOneOfMany: boolean): void {
  const time = isOneOfMany ? `${at.slice(0, 19)}Z ` : "";
  const shown = isOneOfMany ? failuresAmong(results) : results;
  const colour = picocolors.isColorSupported && process.stdout.isTTY === true;
  if (!isOneOfMany) console.log(headingOf(target));
  if (!isOneOfMany || !ok) console.log(formatResults(shown, { colour }));
  console.log(`${time}${formatVerdict(verdict, results)}`);
}

function runOf({ title, baseUrl }: Target, results: Run["results"]): Run {
  return {
    at: new Date().toISOString(),
    target: title,
    url: baseUrl,
    ok: failuresAmong(results).length === 0,
    results,
  };
}
