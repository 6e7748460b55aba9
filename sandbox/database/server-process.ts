import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, lchownSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logTail, waitUntil, isOpenToAll } from "kubernetes-sandbox/processes";

export interface ServerProcess {
  /** Folder of the server's data, settings and log. It is deleted when the server stops. */
  readonly folder: string;
  /** Options for running its other programs: the same user, without this process's environment. */
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
  /** The signal for a fast, clean shutdown of this server. */
  readonly stopSignal: "INT" | "TERM";
  readonly isReady: () => Promise<boolean>;
  readonly environment?: Readonly<Record<string, string>>;
}

const startLimitMs = 60_000;
const stopLimitMs = 15_000;

/**
 * Supervises the server. When the starting process ends, even by a kill, its standard input closes and the server gets
 * its signal. The folder is deleted last, so that the log can be read until then.
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

/** PostgreSQL and PgBouncer refuse to run as root, so root runs them as the user `nobody`. */
export function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8", timeout: 5_000 }).stdout.trim());
  return { uid: id("-u"), gid: id("-g") };
}

/** Changes the owner of files and folders to the server's user. */
export function handOver({ run }: Pick<ServerProcess, "run">, ...paths: readonly string[]): void {
  const { uid, gid } = run;
  if (uid === undefined || gid === undefined) return;
  for (const path of paths) {
    lchownSync(path, uid, gid);
    if (!lstatSync(path).isDirectory()) continue;
    for (const name of readdirSync(path, { recursive: true })) lchownSync(join(path, String(name)), uid, gid);
  }
}

/** Creates the folder of a new server. It is always deleted when this process ends. */
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
      // The process group is already gone.
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
        // A separate process group, so that all its processes can be stopped together.
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
            if (ended) throw new Error(`${name}: exited before it was ready.`);
          },
        });
      } catch (error) {
        const log = logTail(join(folder, "log"));
        await stop();
        throw new Error(`${(error as Error).message} End of its log:\n${log}`, { cause: error });
      }
    },
  };
}
