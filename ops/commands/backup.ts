import type { Command } from "commander";
import { StepProblem } from "../../lib/problem.ts";
import { Bucket } from "../backup/bucket.ts";
import type { Dump } from "../backup/dumps.ts";
import { databaseClusterOf, formatClusterBackups, judgeClusterBackups, readClusterBackups } from "../backup/cluster.ts";
import { freshnessOf } from "../backup/freshness.ts";
import { bucketKeys, keysHelp } from "../backup/keys.ts";
import { runBackupMachine } from "../backup/machine.ts";
import { minutes } from "../backup/minutes.ts";
import { formatDumps } from "../backup/report.ts";
import { backupSource, type BackupSource } from "../backup/source.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { Kubectl, type KubectlPlace } from "../lib/kubernetes/kubectl.ts";
import { findPlace } from "../lib/stack/place.ts";
import { hasExternalDatabase } from "../lib/stack/external.ts";
import { loadResources } from "../lib/stack/source.ts";
import { recordedSteps } from "../lib/stack/steps.ts";

export function addBackup(program: Command): void {
  const backup = program.command("backup").description("list the database backups, or make a dump now");
  backup
    .command("list")
    .description("list the backups and check that they arrive on schedule; changes nothing")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      `${keysHelp}\nExit codes: 0 fresh, 2 the newest complete backup is too old, or WAL or the\nrestore drill of a cluster fails, 1 the backups could not be listed.`,
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
  const resources = await loadResources(stack);
  const place = findPlace(resources);
  if (place?.target === "kubernetes" && !hasExternalDatabase(resources))
    return listInCluster(stack, place, databaseClusterOf(stack, resources), json);
  const source = backupSource(stack, recordedSteps(resources), resources);
  show(source, await new Bucket(source, await bucketKeys(stack)).dumps(), stack, json);
}

/** The base backups, the archived WAL and the restore drill of the stack's own database. */
async function listInCluster(stack: string, place: KubectlPlace, cluster: string, json: boolean): Promise<void> {
  const found = await readClusterBackups(new Kubectl(place, `npm run ops -- backup list --stack ${stack}`), cluster);
  const judged = judgeClusterBackups(found, new Date());
  console.log(
    json ? JSON.stringify({ stack, ...found, fine: judged.fine }, null, 2) : formatClusterBackups(found, judged),
  );
  if (judged.fine) return;
  process.exitCode = exitCodes.attention;
  if (!json)
    console.log(
      `Read \`kubectl --namespace ${place.namespace} describe clusters.postgresql.cnpg.io ${cluster}\`,\nand docs/kubernetes/backups.md.`,
    );
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
  const resources = await loadResources(stack);
  if (findPlace(resources)?.target === "kubernetes")
    throw new StepProblem(
      `stack ${stack}`,
      "has its backups made by CloudNativePG",
      `Run \`kubectl cnpg backup ${databaseClusterOf(stack, resources)} --method plugin --plugin-name barman-cloud.cloudnative-pg.io\``,
    );
  const source = backupSource(stack, recordedSteps(resources));
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
