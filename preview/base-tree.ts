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
 * Checks out the merge base of HEAD and `base` into a temporary folder and links the installed packages. With a different
 * lockfile, installs its packages if `install` is set, otherwise throws.
 */
export async function checkOutBase(project: string, base: string, install: boolean): Promise<BaseTree> {
  const git = (...args: string[]) => execa("git", args, { cwd: project, timeout: gitLimitMs, reject: false });
  const forked = await git("merge-base", "--", base, "HEAD");
  if (forked.failed) {
    throw new UserError(
      `--base ${base}: has no common commit with HEAD. Fetch its history: git fetch --no-tags origin`,
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
  if (!existsSync(installed)) throw new UserError("node_modules: is missing. Run: npm ci");
  const locks = await Promise.all([project, folder].map((place) => readFile(join(place, "package-lock.json"), "utf8")));
  if (locks[0] === locks[1]) return symlink(installed, join(folder, "node_modules"), "dir");
  if (!install) {
    throw new UserError(
      "package-lock.json: differs from the base. Install the base's packages: npm run preview:diff -- --install",
    );
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { failed, stderr } = await execa("npm", args, { cwd: folder, timeout: installLimitMs, reject: false });
  if (failed) throw new UserError(`npm ci: failed at the base: ${stderr}. Run it again, or choose another --base.`);
}
