import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, lchownSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logTail, waitUntil, isOpenToAll } from "kubernetes-sandbox/processes";

export interface ServerProcess {
  /** Where the server keeps its data, its settings and its log. It goes with the server. */
  readonly folder: string;
  /** How its other programs have to be run: as the same user, with nothing of this process' own settings. */
  readonly run: RunAs;
  /** Starts the server and waits until `isReady`. */
  start(command: readonly [string, ...string[]], options: StartOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly extendEnv: false;
}

export interface StartOptions {
  /** The signal that makes this server end at once, in order. */
  readonly stopSignal: "INT" | "TERM";
  readonly isReady: () => Promise<boolean>;
  readonly environment?: Readonly<Record<string, string>>;
}

const startLimitMs = 60_000;
const stopLimitMs = 15_000;

/**
 * Runs beside the server and ends with whoever started it, even one that was killed: then its standard input ends, on
 * which the server gets its signal. The folder goes last, so that a log can be read until then.
 */
const supervisor = `
exec 3<&0
signal=$1 folder=$2
shift 2
"$@" </dev/null >"$folder/log" 2>&1 3<&- &
server=$!
( cat <&3 >/dev/null; kill -s "$signal" $server 2>/dev/null ) >/dev/null &
watcher=$!
trap "" PIPE
wait $server
echo ended 2>/dev/null
wait $watcher
rm -rf -- "$folder"
`;

/** PostgreSQL and PgBouncer refuse to run as root, so under root they run as nobody. */
export function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8", timeout: 5_000 }).stdout.trim());
  return { uid: id("-u"), gid: id("-g") };
}

/** Hands files and folders that this process made to the user of the server. */
export function handOver({ run }: ServerProcess, ...paths: readonly string[]): void {
  const { uid, gid } = run;
  if (uid === undefined || gid === undefined) return;
  for (const path of paths) {
    lchownSync(path, uid, gid);
    if (!lstatSync(path).isDirectory()) continue;
    for (const name of readdirSync(path, { recursive: true })) lchownSync(join(path, String(name)), uid, gid);
  }
}

/** Makes the folder of a server that is about to be started. Whatever happens, it goes with this process. */
export function newServer(name: string): ServerProcess {
  const user = serverUser();
  const base = user && !isOpenToAll(tmpdir()) ? "/tmp" : tmpdir();
  const folder = mkdtempSync(join(base, `chatwoot-${name}-`));
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
  const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: folder, LC_ALL: "C", TZ: "UTC" };
  let child: ChildProcess | undefined;

  const run: RunAs = { ...user, cwd: folder, env, extendEnv: false };
  const kill = () => {
    try {
      if (child?.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of its processes have ended.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", kill);

  async function stop(): Promise<void> {
    const running = child;
    if (running && running.exitCode === null && running.signalCode === null) {
      const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
      running.stdin?.end();
      const limit = setTimeout(kill, stopLimitMs);
      await ended;
      clearTimeout(limit);
    }
    kill();
    process.off("exit", kill);
  }

  return {
    folder,
    run,
    stop,
    async start([program, ...args], { stopSignal, isReady, environment }) {
      child = spawn("/bin/sh", ["-c", supervisor, name, stopSignal, folder, program, ...args], {
        ...user,
        cwd: folder,
        env: { ...env, ...environment },
        stdio: ["pipe", "pipe", "ignore"],
        // A group of its own, so that all of it can be ended at once.
        detached: true,
      });
      let ended = false;
      child.stdout?.on("data", () => (ended = true));
      child.once("error", () => (ended = true));
      child.stdin?.on("error", () => undefined);
      for (const handle of [child, child.stdin, child.stdout]) (handle as { unref?: () => void } | null)?.unref?.();
      try {
        await waitUntil(name, isReady, {
          limitMs: startLimitMs,
          everyMs: 50,
          guard() {
            if (ended) throw new Error(`${name}: ended before it was ready.`);
          },
        });
      } catch (error) {
        const log = logTail(join(folder, "log"));
        await stop();
        throw new Error(`${(error as Error).message} Its log ends with:\n${log}`, { cause: error });
      }
    },
  };
}
