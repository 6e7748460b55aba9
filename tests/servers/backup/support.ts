import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { databaseEnvironment } from "../../../components/fly/backup/database-environment.ts";
import { backupScript, backupSettings } from "../../../components/fly/backup/script.ts";
import { parsePostgresUrl } from "../../../lib/postgres-url.ts";
import { rubyWithGems, startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { exhaustive } from "../../helpers/exhaustive.ts";
import { startS3, type S3Server } from "../../../sandbox/s3/s3.ts";

const chatwootSql = readFileSync(new URL("chatwoot.sql", import.meta.url), "utf8");

/** S3's smallest part, so that a small dump has more than one; an exhaustive run uses the script's own size. */
export const partBytes = (exhaustive ? 16 : 5) * 1024 * 1024;
export const messages = exhaustive ? 20_000 : 4_000;
/** They do not compress, so that the dump has more than one part. */
const randomBytes = 1_000;
const randomRows = Math.ceil((1.2 * partBytes) / randomBytes);
const sqlOfSize = `
\\set messages ${messages}
${chatwootSql}
INSERT INTO active_storage_blobs (key, checksum)
  SELECT 'random ' || i, gen_random_bytes(${randomBytes}) FROM generate_series(1, ${randomRows}) i;
`;

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
  await postgres.sql(sqlOfSize, "chatwoot");
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

const withPartSize = (script: string): string => script.replace(/^PART_BYTES = .*$/m, `PART_BYTES = ${partBytes}`);

let count = 0;

/** Runs the script as the machine does, but without bundler: the same gems are available. */
export function startBackup(world: World, run: BackupRun = {}) {
  const script = join(world.folder, `backup-${count++}.rb`);
  writeFileSync(script, (run.script ?? String)(withPartSize(backupScript)));
  return execa(world.ruby, [script], {
    env: machineEnvironment(world, run),
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    all: true,
    timeout: 120_000,
  });
}
