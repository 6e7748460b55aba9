import type { Command } from "commander";
import { StepProblem } from "../../lib/problem.ts";
import { Bucket } from "../backup/bucket.ts";
import type { Dump } from "../backup/dumps.ts";
import { freshnessOf } from "../backup/freshness.ts";
import { bucketKeys, keysHelp } from "../backup/keys.ts";
import { runBackupMachine } from "../backup/machine.ts";
import { minutes } from "../backup/minutes.ts";
import { formatDumps } from "../backup/report.ts";
import { backupSource, type BackupSource } from "../backup/source.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { loadResources } from "../lib/stack/source.ts";
import { recordedSteps } from "../lib/stack/steps.ts";

export function addBackup(program: Command): void {
  const backup = program.command("backup").description("list the database dumps, or make one now");
  backup
    .command("list")
    .description("list the dumps and check that they arrive on schedule; changes nothing")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      `${keysHelp}\nExit codes: 0 fresh, 2 the newest complete dump is older than two periods of the schedule,\n1 the dumps could not be listed.`,
    )
    .action(async ({ stack, json }: { stack: string; json: boolean }) => list(stack, json));
  backup
    .command("run")
    .alias("now")
    .description("make a dump now and wait for it")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--timeout-minutes <count>", "time limit for the dump", minutes, 120)
    .option("--json", "print JSON", false)
    .addHelpText("after", `${keysHelp}\nExit codes: 0 done, 1 the dump failed.`)
    .action(run);
}

async function list(stack: string, json: boolean): Promise<void> {
  const source = backupSource(stack, recordedSteps(await loadResources(stack)));
  show(source, await new Bucket(source, await bucketKeys(stack)).dumps(), stack, json);
}

function show(source: BackupSource, dumps: readonly Dump[], stack: string, json: boolean): void {
  const now = new Date();
  const freshness = freshnessOf(dumps, source.schedule, now);
  console.log(
    json
      ? JSON.stringify({ stack, ...source, fine: freshness.fine, dumps }, null, 2)
      : formatDumps(source, dumps, freshness, now),
  );
  if (freshness.fine) return;
  process.exitCode = exitCodes.attention;
  if (!json)
    console.log(
      `Read \`flyctl logs --app ${source.app} --no-tail\`,\nthen run \`npm run ops -- backup run --stack ${stack}\`.`,
    );
}

interface RunOptions {
  stack: string;
  timeoutMinutes: number;
  json: boolean;
}

async function run({ stack, timeoutMinutes, json }: RunOptions): Promise<void> {
  const source = backupSource(stack, recordedSteps(await loadResources(stack)));
  const questions = new AppFlyctl(source.app, `npm run ops -- backup run --stack ${stack}`);
  const bucket = new Bucket(source, await bucketKeys(stack));
  const [before] = await Promise.all([bucket.dumps(), questions.fly.preflight()]);
  const { exitCode, outOfMemory } = await runBackupMachine(questions, source.app, timeoutMinutes);
  if (exitCode !== 0) {
    throw new StepProblem(
      `backup by ${source.app}`,
      outOfMemory ? "ran out of memory" : `failed with exit code ${exitCode}`,
      outOfMemory
        ? "Raise chatwoot:fly.backup.memoryMb and run `pulumi up`"
        : `Read the log: \`flyctl logs --app ${source.app} --no-tail\``,
    );
  }
  const dumps = await bucket.dumps();
  if (newestComplete(dumps) === newestComplete(before))
    throw new StepProblem(
      `backup by ${source.app}`,
      "succeeded, but the bucket has no new dump",
      `Run \`pulumi up\`, then compare the bucket and prefix with \`flyctl logs --app ${source.app} --no-tail\``,
    );
  show(source, dumps, stack, json);
}

function newestComplete(dumps: readonly Dump[]): string | undefined {
  return dumps.find(({ manifest }) => manifest !== undefined)?.key;
}
