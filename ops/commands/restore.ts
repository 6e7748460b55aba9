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
    .description("put a dump into a database; without --yes it checks everything and changes nothing")
    .requiredOption("--stack <name>", "the stack whose dumps are meant")
    .option("--key <dump>", "which dump: a name of `backup list`", "latest")
    .option("--into <variable>", "environment variable with the target's address", "RESTORE_DATABASE_URL")
    .option("--jobs <count>", "connections; more than one is faster, and leaves a part behind when it fails", jobs, 1)
    .option("--replace", "delete what the target holds", false)
    .option("--confirm <database>", "the target's name, once more, for --replace")
    .option("--while-running", "even into the database that the running app works on", false)
    .option("--timeout-minutes <count>", "how long it may take", minutes, 360)
    .option("--json", "for machines", false)
    .option("--yes", "do it", false)
    .addHelpText(
      "after",
      [
        keysHelp,
        "Ends with 0 where the target holds every row of the dump, 2 where it was only",
        "checked or rows differ, 1 on failure. The dump is kept in TMPDIR meanwhile.",
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
    console.log(json ? formatJson(stack, manifest, address) : "Nothing was changed. Give --yes to restore.");
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
    process.exitCode = isWhole(result) ? exitCodes.fine : exitCodes.attention;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function jobs(text: string): number {
  if (/^([1-9]|[1-5]\d|6[0-4])$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number from 1 to 64.");
}
