import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { Bucket } from "../backup/bucket.ts";
import { bucketKeys } from "../backup/keys.ts";
import { formatBytes } from "../backup/report.ts";
import { readContents } from "../backup/restore/archive.ts";
import { checkJobs, checkTarget, chooseDump } from "../backup/restore/checks.ts";
import { clearSchemaSql } from "../backup/restore/clear.ts";
import { download } from "../backup/restore/download.ts";
import { makeExtensions, missingExtensions } from "../backup/restore/extensions.ts";
import { appOn, checkStopped } from "../backup/restore/in-use.ts";
import { formatRestore, isWhole } from "../backup/restore/report.ts";
import { restoreAtOnce, restoreInParallel } from "../backup/restore/run.ts";
import { identifier, inspectTarget, targetAddress } from "../backup/restore/target.ts";
import { checkTools } from "../backup/restore/tools.ts";
import { analyze, compareCounts } from "../backup/restore/verify.ts";
import { backupSource } from "../backup/source.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadResources } from "../stack/source.ts";
import { recordedSteps } from "../stack/steps.ts";

interface Options {
  stack: string;
  key: string;
  into: string;
  jobs: number;
  replace: boolean;
  confirm?: string | undefined;
  whileRunning: boolean;
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
    .option("--yes", "do it", false)
    .addHelpText(
      "after",
      "\nEnds with 0 where the target holds every row of the dump, 2 where it was only checked or rows differ, 1 on failure.",
    )
    .action(restore);
}

async function restore(options: Options): Promise<void> {
  const { stack } = options;
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
  const app = appOn(address, steps);
  if (app !== undefined && !options.whileRunning) await checkStopped(app, `npm run ops -- restore --stack ${stack}`);

  const replaced = target.relations.length;
  console.log(
    [
      `Dump     ${manifest.dump}: ${formatBytes(manifest.bytes)}, ${manifest.tables} tables, made ${manifest.started},`,
      `         schema version ${manifest.schemaVersion}, PostgreSQL ${manifest.server}`,
      `Target   ${address.database} at ${address.host}:${address.port}, PostgreSQL ${target.serverMajor}, ` +
        (replaced > 0 ? `WHOSE ${replaced} tables, views and sequences ARE DELETED` : "empty"),
    ].join("\n"),
  );
  if (!options.yes) {
    console.log("Nothing was changed. Give --yes to restore.");
    process.exitCode = exitCodes.attention;
    return;
  }

  const started = Date.now();
  const folder = await mkdtemp(join(tmpdir(), "restore-"));
  try {
    const file = join(folder, "dump");
    const listFile = join(folder, "list");
    await download(bucket, manifest, file);
    const { useList, leftOut } = await readContents(file);
    await writeFile(listFile, useList);
    const refusedExtensions = await makeExtensions(address, missing);
    const before = `CREATE SCHEMA IF NOT EXISTS ${identifier(schema)};\n${replaced > 0 ? clearSchemaSql(schema) : ""}`;
    const args = { address, serverMajor: target.serverMajor, file, listFile, before };
    const inDump = options.jobs > 1 ? await restoreInParallel(args, options.jobs) : await restoreAtOnce(args);
    await analyze(address);
    const result = {
      database: address.database,
      counts: await compareCounts(address, inDump),
      tables: manifest.tables,
      leftOut,
      refusedExtensions,
      seconds: (Date.now() - started) / 1000,
    };
    console.log(formatRestore(result));
    process.exitCode = isWhole(result) ? exitCodes.fine : exitCodes.attention;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function jobs(text: string): number {
  if (/^([1-9]|[1-5]\d|6[0-4])$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number from 1 to 64.");
}
