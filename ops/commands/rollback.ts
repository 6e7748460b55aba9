import type { Command } from "commander";
import picocolors from "picocolors";
import { exitCodes } from "../lib/exit-codes.ts";
import { stackTarget } from "../health/target.ts";
import { Account } from "../rollback/account.ts";
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
    .description("go back to the release before: shows the plan, and carries it out with --yes")
    .requiredOption("--stack <name>", "the stack")
    .option("--to <release>", "a release's number, or an image (default: the last release with another image)")
    .option("--yes", "do it: change the stack file, deploy, look whether all is well", false)
    .option("--webhook", "switch the pipeline's webhook on afterwards, where an attempt that failed left it off", false)
    .option("--json", "for machines", false)
    .addHelpText(
      "after",
      [
        "",
        "Ends with 0 when it is done and all is well; 2 where only the plan was shown, or not",
        "all is well afterwards; 1 where it could not be done.",
        "The database's schema is not rolled back. What was done: artifacts/ops/chatwoot-rollback-<UTC>.json.",
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
      `Nothing is changed yet. To do it: ${repeat}${to === undefined ? "" : ` --to ${to}`} --yes${webhook ? " --webhook" : ""}`,
      `which runs`,
      ...commands.map((command) => `  ${command}`),
    ].join("\n");
    console.log(json ? JSON.stringify({ ...plan, findings: shown, commands, done: false }, null, 2) : text);
    process.exitCode = exitCodes.attention;
    return;
  }
  console.error(`${stack}: rollback of ${plan.what}`);
  const account = new Account({ ...plan, startedAt: new Date().toISOString() }, { colour });
  await account.add(...shown);
  const outcome = await rollBack(plan, target, deployments, account).catch(async (error: unknown) => {
    await account.add(...(await stoppedFindings(plan, deployments)));
    await account.save({ outcome: "failed" });
    throw error;
  });
  await account.save({ outcome });
  const closing = {
    done: `Rollback OK: ${plan.to.image}`,
    deployed: `Rollback NOT WELL: ${plan.to.image} is deployed, and something wants attention`,
    failed: "Rollback FAILED: what serves is said above",
  }[outcome];
  console.log(json ? JSON.stringify({ ...plan, outcome, steps: account.steps }, null, 2) : closing);
  console.error(`What was done: ${account.path}`);
  process.exitCode = { done: exitCodes.fine, deployed: exitCodes.attention, failed: exitCodes.failed }[outcome];
}
