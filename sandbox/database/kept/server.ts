import { spawn } from "node:child_process";
import { chownSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import pg from "pg";
import { logTail, bornAt, waitUntil } from "kubernetes-sandbox/processes";
import { defaults } from "../postgres.ts";
import { programs, type ProgramOptions } from "../programs.ts";
import { serverUser } from "../server-process.ts";
import { newLease } from "./lease.ts";
import { dataFolder, keptDatabase, keptUser, placeUrl, type KeptPlace } from "./place.ts";

const limitMs = 60_000;

/** Stops the server when its standard input, the lease, is closed by all users. */
const supervisor = `
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ cat <&3 >/dev/null; exec 3<&-; kill -s INT $server 2>/dev/null; } &
exec 3<&-
wait $server
`;

/** Starts the place's server and creates the data on first use. Returns the lease. */
export async function startServer(folder: string, place: KeptPlace, options: ProgramOptions): Promise<number> {
  const { binFolder, environment } = await programs("postgresql", options);
  const user = serverUser();
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: place.home, LC_ALL: "C", TZ: "UTC" };
  const run = { ...user, cwd: place.home, env, extendEnv: false, timeout: limitMs } as const;
  if (!existsSync(dataFolder(place))) {
    options.onProgress?.({ text: "Creating the PostgreSQL for the facts", transient: false });
    await initialise(place, binFolder, run);
  }
  const log = join(folder, "log");
  const output = openSync(log, "w", 0o600);
  const { lease, supervisor: input } = await newLease(folder);
  let ended = false;
  try {
    const flags = Object.entries({ ...defaults, port: place.port }).flatMap(([key, value]) => [
      "-c",
      `${key}=${value}`,
    ]);
    const command = [join(binFolder, "postgres"), "-D", dataFolder(place), ...flags];
    const child = spawn("/bin/sh", ["-c", supervisor, "facts", ...command], {
      ...user,
      cwd: place.home,
      // The folder in the arguments identifies the processes of a sandbox.
      env: { ...env, ...environment, CHATWOOT_SANDBOX_FOLDER: folder },
      stdio: [input, output, output],
      detached: true,
    });
    child.once("error", () => (ended = true));
    child.once("exit", () => (ended = true));
    child.unref();
  } finally {
    closeSync(input);
    closeSync(output);
  }
  try {
    await waitUntil("facts database", () => answers(place), {
      limitMs,
      everyMs: 50,
      signal: options.signal,
      guard() {
        if (ended) throw new Error("facts database: exited before it was ready.");
      },
    });
    return lease;
  } catch (error) {
    closeSync(lease);
    throw new Error(`${(error as Error).message} End of its log:\n${logTail(log)}`, { cause: error });
  }
}

/** Whether the server accepts this place's password, which another program's does not. */
export async function answers(place: KeptPlace): Promise<boolean> {
  const client = new pg.Client({ connectionString: placeUrl(place), connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the server's process exists, including while it starts and stops. */
export function isAlive(place: KeptPlace): boolean {
  try {
    const [pid] = readFileSync(join(dataFolder(place), "postmaster.pid"), "utf8").split("\n");
    return bornAt(Number(pid)) !== undefined;
  } catch {
    return false;
  }
}

/** Renamed when complete, so that a killed run leaves only the temporary folder. */
async function initialise(
  place: KeptPlace,
  binFolder: string,
  run: { uid?: number; gid?: number; cwd: string; env: Record<string, string>; extendEnv: false; timeout: number },
): Promise<void> {
  const unfinished = join(place.home, "unfinished");
  const passwordFile = join(place.home, "password");
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, place.password, { mode: 0o600 });
  if (run.uid !== undefined && run.gid !== undefined) chownSync(passwordFile, run.uid, run.gid);
  const options = [`--username=${keptUser}`, "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"];
  const locale = ["--locale=C", "--encoding=UTF8"];
  await execa(join(binFolder, "initdb"), [...options, ...locale, "-D", unfinished], { ...run, stdin: "ignore" });
  rmSync(passwordFile);
  await execa(join(binFolder, "postgres"), ["--single", "-D", unfinished, "-c", "fsync=off", "postgres"], {
    ...run,
    input: `CREATE DATABASE ${keptDatabase}\n`,
  });
  renameSync(unfinished, dataFolder(place));
}
