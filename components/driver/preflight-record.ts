import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import lockfile from "proper-lockfile";
import { sha256 } from "../../lib/fingerprint.ts";
import { stateRoot } from "./automation-environment.ts";
import { flyctlEnvironment } from "./environment.ts";

/** Longer than the steps of one run that follow each other; a process id may belong to another run later. */
const validMs = 60 * 60_000;

/** No name of an app starts with a dot. */
const recordFolder = (): string => join(stateRoot(), ".preflight");

/**
 * Runs a check once for all steps of a run. Steps are separate processes, started by one process of Pulumi; those that
 * start together wait for the first. The record is an empty file: its name is a hash of that process, flyctl's file and
 * its environment, which has the token.
 */
export async function onceInRun(check: () => Promise<void>): Promise<void> {
  const program = flyctlFile();
  // The check reports that flyctl is missing.
  if (program === undefined) return check();
  const folder = recordFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mtimeMs, size } = statSync(program);
  const environment = Object.entries(flyctlEnvironment(process.env)).sort(([a], [b]) => (a < b ? -1 : 1));
  const record = join(folder, sha256(JSON.stringify([process.ppid, program, mtimeMs, size, environment])));
  if (isValid(record)) return;
  const release = await lockfile.lock(record, {
    realpath: false,
    stale: 10_000,
    // As long as the check may take.
    retries: { retries: 1200, minTimeout: 50, maxTimeout: 200 },
  });
  try {
    if (isValid(record)) return;
    await check();
    removeOld(folder);
    writeFileSync(record, "", { mode: 0o600 });
  } finally {
    await release();
  }
}

function flyctlFile(): string | undefined {
  const names = process.platform === "win32" ? ["flyctl.exe", "flyctl.cmd"] : ["flyctl"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

function isValid(record: string): boolean {
  return existsSync(record) && Date.now() - statSync(record).mtimeMs < validMs;
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.endsWith(".lock") && !isValid(path)) rmSync(path, { force: true });
  }
}
