import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { Bucket } from "../backup/bucket.ts";
import { bucketKeys, keysHelp } from "../backup/keys.ts";
import { minutes } from "../backup/minutes.ts";
import { readContents } from "../backup/restore/archive.ts";
import { checkJobs, checkTarget, chooseDump } from "../backup/restore/checks.ts";
import { clearSchemaSql } from "../backup/restore/clear.ts";
import { download } from "../backup/restore/download.ts";
import { makeExtensions, missingExtensions } from "../backup/restore/extensions.ts";
import { checkStopped, deploymentOn } from "../backup/restore/in-use.ts";
import { formatAfterwards, formatJson, formatPlan, formatRestore, isWhole } from "../backup/restore/report.ts";
import { restoreAtOnce, restoreInParallel } from "../backup/restore/run.ts";
import { stopping } from "../backup/restore/stopping.ts";
import { ensureSchemaSql, inspectTarget, targetAddress } from "../backup/restore/target.ts";
import { checkTools } from "../backup/restore/tools.ts";
import { analyze, compareCounts } from "../backup/restore/verify.ts";
import { backupSource } from "../backup/source.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { loadResources } from "../lib/stack/source.ts";
import { recordedSteps } from "../lib/stack/steps.ts";

interface Options {
  stack: string;
  key: string;
  into: string;
  jobs: number;
  replace: boolean;
  confirm?: string | undefined;
  whileRunning: boolean;
  timeoutMinutes: number;
  json: boolean;
  yes: boolean;
}

export function addRestore(program: Command): void {
  program
    .command("restore")
    .description("restore a dump into a database; without --yes it only checks and changes nothing")
    .requiredOption("--stack <name>", "name of the stack that made the dump")
    .option("--key <dump>", "dump to restore, as named by `backup list`", "latest")
    .option("--into <variable>", "environment variable that holds the target's URL", "RESTORE_DATABASE_URL")
    .option(
      "--jobs <count>",
      "parallel connections; more than one is faster, but a failure leaves a partial restore",
      jobs,
      1,
    )
    .option("--replace", "delete the target's tables first", false)
    .option("--confirm <database>", "name of the target database, required by --replace")
    .option("--while-running", "restore even into the database of the running app", false)
    .option("--timeout-minutes <count>", "time limit", minutes, 360)
    .option("--json", "print JSON", false)
    .option("--yes", "run the restore", false)
    .addHelpText(
      "after",
      [
        keysHelp,
        "Exit codes: 0 the target holds every row of the dump, 2 only checked or rows differ,",
        "1 failed. The dump is stored in TMPDIR during the restore.",
      ].join("\n"),
    )
    .action(restore);
}

async function restore(options: Options): Promise<void> {
  const { stack, json } = options;
  const steps = recordedSteps(await loadResources(stack));
  const source = backupSource(stack, steps);
  const address = targetAddress(options.into);
  const bucket = new Bucket(source, await bucketKeys(stack));
  const chosen = chooseDump(await bucket.dumps(), options.key);
  const manifest = await bucket.manifest(chosen.manifest);
  const { schema } = manifest;

  const toolsMajor = await checkTools(manifest.pgDump);
  const target = await inspectTarget(address, schema);
  checkTarget(target, schema, address.database, options);
  checkJobs(options.jobs, toolsMajor, target.serverMajor);
  const missing = missingExtensions(manifest, target);
  const used = deploymentOn(address, steps);
  if (used?.app !== undefined && !options.whileRunning)
    await checkStopped(used.app, `npm run ops -- restore --stack ${stack}`);

  if (!json) console.log(formatPlan(manifest, address, target, missing));
  if (!options.yes) {
    console.log(json ? formatJson(stack, manifest, address) : "Nothing was changed. Run again with --yes to restore.");
    process.exitCode = exitCodes.attention;
    return;
  }

  const started = Date.now();
  const signal = stopping(options.timeoutMinutes);
  const folder = await mkdtemp(join(tmpdir(), "restore-"));
  try {
    const file = join(folder, "dump");
    const listFile = join(folder, "list");
    await download(bucket, manifest, file, signal);
    const { useList, leftOut } = await readContents(file);
    await writeFile(listFile, useList);
    const refusedExtensions = await makeExtensions(address, missing);
    const clear = target.relations.length > 0 ? clearSchemaSql(schema) : "";
    const before = `${ensureSchemaSql(schema)}\n${clear}`;
    const args = { address, serverMajor: target.serverMajor, file, listFile, before, signal };
    const inDump = options.jobs > 1 ? await restoreInParallel(args, options.jobs) : await restoreAtOnce(args);
    await analyze(address, signal);
    const result = {
      database: address.database,
      counts: await compareCounts(address, inDump, signal),
      tables: manifest.tables,
      leftOut,
      refusedExtensions,
      seconds: (Date.now() - started) / 1000,
    };
    console.log(json ? formatJson(stack, manifest, address, result) : formatRestore(result));
    if (!json && used !== undefined) console.log(formatAfterwards(stack, used));
    process.exitCode = isWhole(result) ? exitCodes.ok : exitCodes.attention;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function jobs(text: string): number {
  if (/^([1-9]|[1-5]\d|6[0-4])$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Use a whole number from 1 to 64.");
}
