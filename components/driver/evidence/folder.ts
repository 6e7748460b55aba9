import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import { projectFolder } from "../../../lib/project-folder.ts";

/** The steps of one `pulumi up` follow each other faster than this, and two runs hardly ever do. */
const sameRunMs = 60_000;

/** Where every deployment leaves its evidence: `artifacts/` in the project, or `CHATWOOT_ARTIFACTS_DIR`. */
export function artifactsFolder(): string {
  return process.env["CHATWOOT_ARTIFACTS_DIR"] || join(projectFolder, "artifacts");
}

/** The session of everything that a run's steps do; its age tells whether the run still goes on. */
export const sessionFile = "session.log";
const stackFile = "stack";

/** Whose step begins a folder: the Fly driver's, or the support pipeline's, which joins one of the other's too. */
export type RunKind = "fly" | "support";

/** The account of a step, in the folder of its run. */
export function accountFile(step: string): string {
  return `${step}.json`;
}

/**
 * The folder of the run that is going on for this stack, `fly-<UTC>`: a step joins the newest one that is still written
 * to and that does not hold its account yet, and otherwise begins one. Steps are processes of their own that nothing but
 * the clock joins; one that runs a second time belongs to another run.
 */
export async function runFolder(stack: string, step: string, now = new Date(), kind: RunKind = "fly"): Promise<string> {
  const root = artifactsFolder();
  mkdirSync(root, { recursive: true });
  const release = await lockfile.lock(root, {
    stale: 5_000,
    retries: { retries: 50, minTimeout: 20, maxTimeout: 100 },
  });
  try {
    return openFolder(root, stack, step, now, kind) ?? createFolder(root, stack, now, kind);
  } finally {
    await release();
  }
}

function openFolder(root: string, stack: string, step: string, now: Date, kind: RunKind): string | undefined {
  const newestFirst = readdirSync(root)
    .filter((name) => name.startsWith("fly-") || (kind === "support" && name.startsWith("support-")))
    .sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
  const folder = newestFirst.map((name) => join(root, name)).find((path) => stackOf(path) === stack);
  if (folder === undefined || existsSync(join(folder, accountFile(step)))) return undefined;
  return now.getTime() - statSync(join(folder, sessionFile)).mtimeMs < sameRunMs ? folder : undefined;
}

/** A folder's name without its kind. */
const startOf = (name: string): string => name.replace(/^[a-z]+-/, "");

function stackOf(folder: string): string | undefined {
  const file = join(folder, stackFile);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function createFolder(root: string, stack: string, now: Date, kind: RunKind): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const names = [`${kind}-${stamp}`, ...Array.from({ length: 99 }, (_, i) => `${kind}-${stamp}-${i + 2}`)];
  const folder = join(root, names.find((name) => !existsSync(join(root, name))) as string);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, sessionFile), "");
  writeFileSync(join(folder, stackFile), `${stack}\n`);
  return folder;
}
