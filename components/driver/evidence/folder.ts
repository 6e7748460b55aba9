import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import { deployedProject } from "../../../lib/deployed-project.ts";
import { parseJson } from "../../../lib/json.ts";
import { programVersion } from "./program-version.ts";

/** Longest pause between the steps of one `pulumi up`; the pause between two runs is almost always longer. */
const sameRunMs = 60_000;

/** Folder of the evidence of all deployments: `CHATWOOT_ARTIFACTS_DIR`, or `artifacts/` in the project. */
export function artifactsFolder(): string {
  return process.env["CHATWOOT_ARTIFACTS_DIR"] || join(deployedProject(), "artifacts");
}

/** Log of all steps of a run. Its age shows whether the run is still active. */
export const sessionFile = "session.log";
const stackFile = "stack";
const programFile = "program";
const prefix = "deployment-";

/** What a run's folder says of all of its steps, and the accounts that they have written so far. */
export function readRun(folder: string): { stack: string; program: string; accounts: unknown[] } {
  const text = (name: string): string => readFileSync(join(folder, name), "utf8").trim();
  const accounts = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => parseJson(text(name)));
  return { stack: text(stackFile), program: text(programFile), accounts };
}

/** The account of a step, in the folder of its run. */
export function accountFile(step: string): string {
  return `${step}.json`;
}

/**
 * The folder of the active run of this stack, `deployment-<UTC>`. A step joins the newest folder that is still written to and
 * does not contain its account yet; otherwise it creates one. Steps are separate processes, so only the time connects them;
 * a step that runs a second time belongs to another run.
 */
export async function runFolder(stack: string, step: string, now = new Date()): Promise<string> {
  const root = artifactsFolder();
  mkdirSync(root, { recursive: true });
  const release = await lockfile.lock(root, {
    stale: 5_000,
    retries: { retries: 50, minTimeout: 20, maxTimeout: 100 },
  });
  try {
    const open = openFolder(root, stack, step, now);
    if (open !== undefined) return open;
    const folder = createFolder(root, stack, now);
    writeFileSync(join(folder, programFile), `${await programVersion()}\n`);
    return folder;
  } finally {
    await release();
  }
}

function openFolder(root: string, stack: string, step: string, now: Date): string | undefined {
  const newestFirst = readdirSync(root)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .reverse();
  const folder = newestFirst.map((name) => join(root, name)).find((path) => stackOf(path) === stack);
  if (folder === undefined || existsSync(join(folder, accountFile(step)))) return undefined;
  return now.getTime() - statSync(join(folder, sessionFile)).mtimeMs < sameRunMs ? folder : undefined;
}

function stackOf(folder: string): string | undefined {
  const file = join(folder, stackFile);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function createFolder(root: string, stack: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const names = [`${prefix}${stamp}`, ...Array.from({ length: 99 }, (_, i) => `${prefix}${stamp}-${i + 2}`)];
  const folder = join(root, names.find((name) => !existsSync(join(root, name))) as string);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, sessionFile), "");
  writeFileSync(join(folder, stackFile), `${stack}\n`);
  return folder;
}
