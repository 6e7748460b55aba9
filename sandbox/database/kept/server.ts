import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { logTail, bornAt, waitUntil } from "kubernetes-sandbox/processes";
import { createData } from "../new-data.ts";
import { defaults } from "../postgres.ts";
import { programs, type ProgramOptions } from "../programs.ts";
import { serverUser, type RunAs } from "../server-process.ts";
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
  const run = { ...user, cwd: place.home, env, extendEnv: false } as const;
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
async function initialise(place: KeptPlace, binFolder: string, run: RunAs): Promise<void> {
  const unfinished = join(place.home, "unfinished");
  rmSync(unfinished, { recursive: true, force: true });
  const { password } = place;
  await createData(unfinished, { binFolder, run, username: keptUser, password, databases: [keptDatabase] });
  renameSync(unfinished, dataFolder(place));
}
