import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../lib/user-error.ts";

const gitLimitMs = 60_000;
const installLimitMs = 10 * 60_000;

export interface BaseTree {
  folder: string;
  commit: string;
  remove(): Promise<void>;
}

/**
 * The commit from which the working tree left `base`, checked out beside it, with the same installed packages. Another
 * lockfile is an error, or with `install` a reason to install its own.
 */
export async function checkOutBase(project: string, base: string, install: boolean): Promise<BaseTree> {
  const git = (...args: string[]) => execa("git", args, { cwd: project, timeout: gitLimitMs, reject: false });
  const forked = await git("merge-base", "--", base, "HEAD");
  if (forked.failed) {
    throw new UserError(
      `--base ${base}: git knows no common commit with it. Fetch it with its history: git fetch --no-tags origin`,
    );
  }
  const commit = forked.stdout.trim();
  const parent = await mkdtemp(join(tmpdir(), "chatwoot-base-"));
  const folder = join(parent, "tree");
  const remove = async (): Promise<void> => {
    await git("worktree", "remove", "--force", folder);
    await rm(parent, { recursive: true, force: true });
  };
  try {
    const added = await git("worktree", "add", "--detach", folder, commit);
    if (added.failed) throw new UserError(`git worktree add: ${added.stderr}. Then run: git worktree prune`);
    await bringPackages(project, folder, install);
    return { folder, commit, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function bringPackages(project: string, folder: string, install: boolean): Promise<void> {
  const installed = join(project, "node_modules");
  if (!existsSync(installed)) throw new UserError("node_modules: nothing is installed. Run: npm ci");
  const locks = await Promise.all([project, folder].map((place) => readFile(join(place, "package-lock.json"), "utf8")));
  if (locks[0] === locks[1]) return symlink(installed, join(folder, "node_modules"), "dir");
  if (!install) {
    throw new UserError(
      "package-lock.json: the base has other packages. Install them for the preview: npm run preview:diff -- --install",
    );
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { failed, stderr } = await execa("npm", args, { cwd: folder, timeout: installLimitMs, reject: false });
  if (failed) throw new UserError(`npm ci at the base failed: ${stderr}. Try again, or name another --base.`);
}
