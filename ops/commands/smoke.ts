import { Option, type Command } from "commander";
import { StepProblem } from "../../lib/problem.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { failuresAmong } from "../health/check.ts";
import { saveRun, type Run } from "../health/evidence.ts";
import { interruptSignal, repeat, secondsArgument } from "../health/repeat.ts";
import { environmentTarget, headingOf, stackTarget, type Target } from "../health/target.ts";
import { compactUtc } from "../logs/save.ts";
import { runSmoke } from "../smoke/checks.ts";
import { openScreen } from "../smoke/screen.ts";

interface Options {
  stack?: string;
  interval?: number;
  timeout: number;
  mail?: string | true;
  json: boolean;
}

export function addSmoke(program: Command): void {
  program
    .command("smoke")
    .description("use Chatwoot through its public URL; leaves one small file in its storage")
    .argument("[host]", "host or URL of Chatwoot (default: the stack's)")
    .option("--stack <name>", "name of the stack (default: the host, CHATWOOT_API_KEY and the other variables)")
    .addOption(new Option("--interval <seconds>", "repeat at this interval").argParser(secondsArgument(30, 86_400)))
    .addOption(
      new Option("--timeout <seconds>", "time limit per request").argParser(secondsArgument(1, 120)).default(15),
    )
    .option("--mail [address]", "send a password mail to the stack's admin or to this user")
    .option("--json", "print JSON, one line per run", false)
    .addHelpText(
      "after",
      [
        "",
        "Exit codes: 0 healthy, 2 a check failed, 1 the checks could not run.",
        "Appends each run to artifacts/ops/chatwoot-smoke-<UTC>.jsonl.",
      ].join("\n"),
    )
    .action(smoke);
}

async function smoke(host: string | undefined, { stack, interval, timeout, mail, json }: Options): Promise<void> {
  const target = await targetOf(host, stack);
  const mailTo = mail === true ? target.adminEmail : mail;
  if (mail === true && mailTo === undefined)
    throw new StepProblem("--mail", "no address was given, and no stack", "Use --mail ADDRESS or --stack STACK");
  const signal = interruptSignal();
  const screen = openScreen({ heading: headingOf(target), json, intervalSeconds: interval });
  const evidence = `chatwoot-smoke-${compactUtc(new Date())}`;
  let runs = 0;
  process.exitCode = exitCodes.ok;
  try {
    await repeat(interval, signal, async () => {
      const at = new Date().toISOString();
      const results = await runSmoke(target, { timeoutSeconds: timeout, signal, isFirst: runs === 0, mailTo });
      // An interrupted run has no result, unless it left objects behind.
      if (signal.aborted && !failuresAmong(results).some(({ detail }) => detail.includes(" was not deleted ("))) return;
      runs += 1;
      const run: Run = {
        at,
        target: target.title,
        url: target.baseUrl,
        ok: failuresAmong(results).length === 0,
        results,
      };
      await saveRun(evidence, run);
      screen.run(run);
      if (!run.ok) process.exitCode = exitCodes.attention;
    });
  } finally {
    screen.end();
  }
  if (runs === 0) {
    console.error("smoke: interrupted before the first result.");
    process.exitCode = exitCodes.failed;
  }
}

async function targetOf(host: string | undefined, stack: string | undefined): Promise<Target> {
  const baseUrl = host === undefined ? undefined : addressOf(host);
  if (stack === undefined) return environmentTarget(process.env, baseUrl);
  const target = await stackTarget(stack);
  return baseUrl === undefined ? target : { ...target, baseUrl };
}

function addressOf(host: string): string {
  const address = /^https?:\/\//.test(host) ? host : `https://${host}`;
  if (URL.canParse(address)) return address.replace(/\/+$/, "");
  throw new StepProblem("smoke", `${JSON.stringify(host)} is not a valid host`, "Use a host such as chat.example.com");
}
