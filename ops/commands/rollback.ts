import type { Command } from "commander";
import picocolors from "picocolors";
import { exitCodes } from "../lib/exit-codes.ts";
import { stackTarget } from "../health/target.ts";
import { RollbackReport } from "../rollback/rollback-report.ts";
import { deadLetterFinding } from "../rollback/dead-letters.ts";
import { commandsOf, describePlan, planOf } from "../rollback/plan.ts";
import { deploymentsOf } from "../rollback/read.ts";
import { chooseRollback } from "../rollback/releases.ts";
import { rollBack, stoppedFindings } from "../rollback/run.ts";
import { loadOutputs } from "../lib/stack/outputs.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadResources } from "../lib/stack/source.ts";
import { formatFindings } from "../troubleshoot/finding.ts";

interface Options {
  stack: string;
  to?: string;
  yes: boolean;
  webhook: boolean;
  json: boolean;
}

export function addRollback(program: Command): void {
  program
    .command("rollback")
    .description("return to the previous release: prints the plan, and runs it with --yes")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--to <release>", "release number or image (default: the last release with another image)")
    .option("--yes", "run the plan: change the stack file, deploy, check health", false)
    .option("--webhook", "enable the pipeline's webhook afterwards, if a failed attempt left it disabled", false)
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      [
        "",
        "Exit codes: 0 done and healthy, 2 only planned or a check failed afterwards, 1 failed.",
        "The database schema is not rolled back. Saves artifacts/ops/chatwoot-rollback-<UTC>.json.",
      ].join("\n"),
    )
    .action(rollback);
}

async function rollback({ stack, to, yes, webhook, json }: Options): Promise<void> {
  const repeat = `npm run ops -- rollback --stack ${stack}`;
  const deployments = deploymentsOf(placeOf(stack, await loadResources(stack)), repeat);
  const target = await stackTarget(stack);
  const hasFacts = typeof (await loadOutputs(stack))["factsDatabaseUrl"] === "string";
  const choice = chooseRollback(await deployments.releases(), to, { what: deployments.what, stack });
  const plan = planOf(stack, deployments.what, choice, target, { webhookAfter: webhook });
  const colour = picocolors.isColorSupported && process.stderr.isTTY === true;
  const shown = [...describePlan(plan), await deadLetterFinding(stack, hasFacts)];
  const commands = commandsOf(plan);
  if (!yes) {
    const text = [
      `${stack}: rollback of ${plan.what}`,
      formatFindings(shown, { colour: colour && process.stdout.isTTY }),
      `Nothing was changed. To roll back: ${repeat}${to === undefined ? "" : ` --to ${to}`} --yes${webhook ? " --webhook" : ""}`,
      `It runs`,
      ...commands.map((command) => `  ${command}`),
    ].join("\n");
    console.log(json ? JSON.stringify({ ...plan, findings: shown, commands, done: false }, null, 2) : text);
    process.exitCode = exitCodes.attention;
    return;
  }
  console.error(`${stack}: rollback of ${plan.what}`);
  const account = new RollbackReport({ ...plan, startedAt: new Date().toISOString() }, { colour });
  await account.add(...shown);
  const outcome = await rollBack(plan, target, deployments, account).catch(async (error: unknown) => {
    await account.add(...(await stoppedFindings(plan, deployments)));
    await account.save({ outcome: "failed" });
    throw error;
  });
  await account.save({ outcome });
  const closing = {
    done: `Rollback OK: ${plan.to.image}`,
    deployed: `Rollback INCOMPLETE: ${plan.to.image} is deployed, but a check failed`,
    failed: "Rollback FAILED: the release that serves is named above",
  }[outcome];
  console.log(json ? JSON.stringify({ ...plan, outcome, steps: account.steps }, null, 2) : closing);
  console.error(`Saved to ${account.path}`);
  process.exitCode = { done: exitCodes.ok, deployed: exitCodes.attention, failed: exitCodes.failed }[outcome];
}
