import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";

interface Holder {
  pid: number;
  host: string;
  since: string;
  /** The process's start in kernel ticks, if the system reports it, because process ids are reused. */
  started?: string;
}

export interface Lock {
  /** The message if the lock replaced that of a dead process. */
  note?: string;
  release(): void;
}

/**
 * Takes a stack's lock. Replaces the lock of a dead process; throws if a running process holds it.
 */
export function takeLock(file: string, stack: string): Lock {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const started = startOf(process.pid);
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    ...(started === undefined ? {} : { started }),
  };
  const mine = JSON.stringify(me);
  const release = (): void => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
  if (claim(file, mine)) return { release };
  const found = read(file);
  const holder = parse(found);
  if (holder !== undefined && lives(holder)) {
    const where = holder.host === me.host ? "" : ` on ${holder.host}`;
    throw new Error(
      `stack ${stack} is locked by process ${holder.pid}${where} since ${holder.since}. ` +
        `Wait until it exits. If it is not running, delete ${file}.`,
    );
  }
  takeAway(file, found);
  if (!claim(file, mine)) throw new Error(`stack ${stack} was locked by another process at this moment. Try again.`);
  const who = holder === undefined ? "an unreadable lock" : `the lock of process ${holder.pid}, which has exited,`;
  return { release, note: `replaced ${who} on stack ${stack}` };
}

/** Creates the lock file with its content atomically. */
function claim(file: string, content: string): boolean {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o600 });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes a dead process's lock, unless another process has already replaced it. */
function takeAway(file: string, content: string | undefined): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, "utf8") !== content) linkSync(aside, file);
  } catch {
    // Another process removed it first.
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function parse(content: string | undefined): Holder | undefined {
  try {
    const holder = JSON.parse(content ?? "") as Holder;
    return typeof holder.pid === "number" ? holder : undefined;
  } catch {
    return undefined;
  }
}

function lives(holder: Holder): boolean {
  // A process on another machine cannot be checked from here.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const started = startOf(holder.pid);
  return holder.started === undefined || started === undefined || holder.started === started;
}

function startOf(pid: number): string | undefined {
  // The command, in parentheses, can hold spaces: count the fields after it.
  return read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ")[19];
}
