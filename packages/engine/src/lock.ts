import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";

interface Holder {
  pid: number;
  host: string;
  since: string;
  /** The process's start in kernel ticks, where the system tells it: a process id can be given out again. */
  started?: string;
}

export interface Lock {
  /** Said where the lock of a dead process was taken over. */
  note?: string;
  release(): void;
}

/**
 * Takes a stack's lock. The lock of a process that lives no more is taken over; that of a living one is refused.
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
        `Wait for it to end, or remove ${file} if you know that it does not run.`,
    );
  }
  takeAway(file, found);
  if (!claim(file, mine)) throw new Error(`stack ${stack} was locked by another process at this moment. Try again.`);
  const who = holder === undefined ? "an unreadable lock" : `the lock of process ${holder.pid}, which lives no more,`;
  return { release, note: `took over ${who} on stack ${stack}` };
}

/** Makes the lock file with its whole content in one step: nobody sees it half written. */
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

/** Removes a dead process's lock, but not one that another process put in its place meanwhile. */
function takeAway(file: string, content: string | undefined): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, "utf8") !== content) linkSync(aside, file);
  } catch {
    // Somebody else took it away first.
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
  // Whether a process of another machine lives cannot be told from here.
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
