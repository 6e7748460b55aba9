import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { toolCache } from "../../preview/tool-cache.ts";
import { handOver, type RunAs } from "./server-process.ts";

export interface NewData {
  readonly binFolder: string;
  /** How its programs run: their user, and a folder that this user can write to. */
  readonly run: RunAs;
  readonly username: string;
  readonly password: string;
  readonly databases: readonly string[];
}

const limitMs = 60_000;

/**
 * Creates PostgreSQL's data folder with a superuser and databases. `initdb` takes a second of processor time, so its
 * result is kept in the cache and copied.
 */
export async function createData(data: string, wanted: NewData): Promise<void> {
  const { binFolder, run, username, password, databases } = wanted;
  const kept = await keptData(wanted);
  if (!existsSync(kept)) await initialise(data, kept, wanted);
  else {
    copyPrivately(kept, data);
    handOver({ run }, data);
  }
  const statements = [
    `ALTER ROLE "${username}" PASSWORD '${password}'`,
    ...databases.map((name) => `CREATE DATABASE "${name}"`),
  ];
  const options = ["-c", "fsync=off", "-c", "exit_on_error=on"];
  await execa(join(binFolder, "postgres"), ["--single", "-D", data, ...options, "postgres"], {
    ...run,
    input: statements.map((statement) => `${statement}\n`).join(""),
    timeout: limitMs,
  });
}

/** One folder for each version of the programs and each superuser. */
async function keptData({ binFolder, run, username }: NewData): Promise<string> {
  const { stdout: version } = await execa(join(binFolder, "postgres"), ["--version"], { ...run, timeout: limitMs });
  const key = createHash("sha256").update([binFolder, version, username].join("\0")).digest("hex").slice(0, 16);
  return join(toolCache.folder, "postgresql-data", key);
}

async function initialise(data: string, kept: string, { binFolder, run, username, password }: NewData): Promise<void> {
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  handOver({ run }, passwordFile);
  const options = [`--username=${username}`, "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"];
  const locale = ["--locale=C", "--encoding=UTF8"];
  await execa(join(binFolder, "initdb"), [...options, ...locale, "-D", data], {
    ...run,
    stdin: "ignore",
    timeout: limitMs,
  });
  rmSync(passwordFile);
  keep(data, kept);
}

/** Renamed when complete; another process may have kept the same. */
function keep(data: string, kept: string): void {
  mkdirSync(dirname(kept), { recursive: true });
  const unfinished = mkdtempSync(`${kept}-`);
  copyPrivately(data, unfinished);
  try {
    renameSync(unfinished, kept);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(kept)) throw error;
  }
}

/** PostgreSQL rejects a data folder that others can read. */
function copyPrivately(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  chmodSync(to, 0o700);
}
