import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { deployedProject } from "../../../lib/deployed-project.ts";
import { projectFolder } from "../../../lib/project-folder.ts";
import { parseJson } from "../../../lib/json.ts";

const timeout = 5_000;

/**
 * The package's version and the commit of the deployed project, for instance `chatwoot-pulumi 0.1.0, commit 2017ea2…` with
 * `, with uncommitted changes: …` where files differ from it. Without git: `no commit is known`.
 */
export async function programVersion(folder = deployedProject()): Promise<string> {
  const { name, version } = parseJson(readFileSync(join(projectFolder, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const [commit, changes] = await Promise.all([git(folder, "rev-parse", "HEAD"), git(folder, "status", "--porcelain")]);
  if (commit === undefined || changes === undefined) return `${name} ${version}, no commit is known`;
  const files = changes.split("\n").filter(Boolean);
  const uncommitted =
    files.length === 0 ? "" : `, with uncommitted changes: ${files.map((file) => file.trim()).join(", ")}`;
  return `${name} ${version}, commit ${commit.trim()}${uncommitted}`;
}

async function git(folder: string, ...args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa("git", args, { cwd: folder, reject: false, timeout, stdin: "ignore" });
  return failed ? undefined : stdout;
}
