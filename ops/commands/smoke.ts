import { Option, type Command } from "commander";
import { StepProblem } from "../../lib/problem.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { failuresAmong } from "../health/check.ts";
import { saveRun, type Run } from "../health/evidence.ts";
import { endSignal, repeat, secondsArgument } from "../health/repeat.ts";
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
    .description("use Chatwoot through its public address; what it makes there it deletes again")
    .argument("[host]", "the address, where it is not the stack's own")
    .option("--stack <name>", "the stack (default: the host, CHATWOOT_API_KEY and their like)")
    .addOption(new Option("--interval <seconds>", "again and again").argParser(secondsArgument(30, 86_400)))
    .addOption(
      new Option("--timeout <seconds>", "limit of each question").argParser(secondsArgument(1, 120)).default(15),
    )
    .option("--mail [address]", "have a password mail sent, to the stack's admin or to this user")
    .option("--json", "for machines: one line for each run", false)
    .addHelpText(
      "after",
      [
        "",
        "Ends with 0 where all is well, 2 where something is not, 1 where it could not be tried.",
        "Every run is a line of artifacts/ops/chatwoot-smoke-<UTC>.jsonl.",
      ].join("\n"),
    )
    .action(smoke);
}

async function smoke(host: string | undefined, { stack, interval, timeout, mail, json }: Options): Promise<void> {
  const target = await targetOf(host, stack);
  const mailTo = mail === true ? target.adminEmail : mail;
  if (mail === true && mailTo === undefined)
    throw new StepProblem("--mail", "has no address, and no stack is named", "Write --mail ADDRESS, or --stack STACK");
  const signal = endSignal();
  const screen = openScreen({ heading: headingOf(target), json, intervalSeconds: interval });
  const evidence = `chatwoot-smoke-${compactUtc(new Date())}`;
  let runs = 0;
  process.exitCode = exitCodes.fine;
  try {
    await repeat(interval, signal, async () => {
      const at = new Date().toISOString();
      const results = await runSmoke(target, { timeoutSeconds: timeout, signal, isFirst: runs === 0, mailTo });
      // What was ended in between says nothing, unless it left something behind.
      if (signal.aborted && !failuresAmong(results).some(({ detail }) => detail.includes(" stays ("))) return;
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
    console.error("Ended before it had found anything out; nothing was left in Chatwoot.");
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
  throw new StepProblem("smoke", `${JSON.stringify(host)} is no host`, "Write it as chat.example.com");
}
