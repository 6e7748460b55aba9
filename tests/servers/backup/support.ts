import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { databaseEnvironment } from "../../../components/fly/backup/database-environment.ts";
import { backupScript, backupSettings } from "../../../components/fly/backup/script.ts";
import { parsePostgresUrl } from "../../../lib/postgres-url.ts";
import { rubyWithGems, startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { startS3, type S3Server } from "../../../sandbox/s3/s3.ts";

const chatwootSql = readFileSync(new URL("chatwoot.sql", import.meta.url), "utf8");

export const bucket = "dumps";
export const app = "hotdash-chatwoot";

export interface World {
  postgres: PostgresServer;
  s3: S3Server;
  ruby: string;
  /** The folder for scripts that `ruby` runs. */
  folder: string;
  /** The settings of a stack that dumps into this bucket. */
  config: Parameters<typeof backupSettings>[0];
  stop(): Promise<void>;
}

/** PostgreSQL with Chatwoot's database `chatwoot`, and an empty bucket. */
export async function startWorld(): Promise<World> {
  const [postgres, s3, { ruby }] = await Promise.all([
    startPostgres({
      databases: ["chatwoot", "empty"],
      vector: "trusted",
      settings: { shared_preload_libraries: "pg_stat_statements" },
    }),
    startS3([bucket]),
    rubyWithGems(),
  ]);
  await postgres.sql(chatwootSql, "chatwoot");
  const { endpoint, region } = s3;
  const folder = mkdtempSync(join(tmpdir(), "backup-script-"));
  return {
    postgres,
    s3,
    ruby,
    folder,
    config: { bucket, endpoint, region, forcePathStyle: true, schedule: "weekly", keep: 2, memoryMb: 512 },
    async stop() {
      await Promise.all([postgres.stop(), s3.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface BackupRun {
  database?: string;
  env?: Record<string, string>;
  /** A folder before the others on PATH. */
  programs?: string;
  /** Changes the script, for instance its time limits. */
  script?: (text: string) => string;
}

/** The machine's environment: Fly adds the secrets to the settings. */
export function machineEnvironment(world: World, { database = "chatwoot", env, programs }: BackupRun = {}) {
  const { postgres, s3, config } = world;
  const path = [programs, postgres.binFolder, process.env["PATH"]].filter((folder) => folder !== undefined);
  return {
    PATH: path.join(delimiter),
    ...backupSettings(config, app),
    ...databaseEnvironment(parsePostgresUrl(postgres.address({ database }))),
    BACKUP_ACCESS_KEY_ID: s3.accessKeyId,
    BACKUP_SECRET_ACCESS_KEY: s3.secretAccessKey,
    FLY_IMAGE_REF: "registry.example/chatwoot/chatwoot:v1",
    ...env,
  };
}

let count = 0;

/** Runs the script as the machine does, but without bundler: the same gems are available. */
export function startBackup(world: World, run: BackupRun = {}) {
  const script = join(world.folder, `backup-${count++}.rb`);
  writeFileSync(script, (run.script ?? String)(backupScript));
  return execa(world.ruby, [script], {
    env: machineEnvironment(world, run),
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    all: true,
    timeout: 120_000,
  });
}
