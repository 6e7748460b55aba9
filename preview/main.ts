/*
 * Previews the working tree against a git commit: `npm run preview:diff -- --base origin/main`. It runs in the embedded
 * engine with the sandbox's values and needs no account, cluster or secret.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { projectFolder } from "../lib/project-folder.ts";
import { UserError } from "../lib/user-error.ts";
import { cancelOnSignals } from "pulumi-embedded-engine";
import { checkOutBase } from "./base-tree.ts";
import { markdownBody } from "./markdown.ts";
import { compareStack, isAcceptable, type StackDiff } from "./stack-diff.ts";
import { terminalText } from "./terminal.ts";

interface Options {
  base: string;
  stack?: string;
  markdown: boolean;
  install: boolean;
}

const standInChart = "./sandbox/chart";

async function stackNames(folders: readonly string[]): Promise<string[]> {
  const files = (await Promise.all(folders.map((folder) => readdir(folder)))).flat();
  return [...new Set(files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []))].sort().reverse();
}

function chosenChart(): string {
  const given = process.env["CHATWOOT_CHART"];
  if (given === undefined || given === "") return standInChart;
  if (existsSync(resolve(given, "Chart.yaml"))) return resolve(given);
  throw new UserError(`CHATWOOT_CHART: no Chart.yaml in ${given}. Set it to the folder of a chart.`);
}

async function run({ base, stack, markdown, install }: Options): Promise<void> {
  const chart = chosenChart();
  const cancellation = cancelOnSignals(() => console.error("Stopping."));
  const tree = await checkOutBase(projectFolder, base, install);
  // The preview must not read the artifacts of earlier deployments.
  const artifacts = await mkdtemp(join(tmpdir(), "chatwoot-preview-"));
  Object.assign(process.env, { CHATWOOT_SKIP_PREFLIGHT: "1", CHATWOOT_ARTIFACTS_DIR: artifacts });
  try {
    const known = await stackNames([projectFolder, tree.folder]);
    if (stack !== undefined && !known.includes(stack))
      throw new UserError(`--stack ${stack}: the file Pulumi.${stack}.yaml does not exist. Use ${known.join(" or ")}.`);
    const diffs: StackDiff[] = [];
    for (const name of stack === undefined ? known : [stack]) {
      const folders = { baseFolder: tree.folder, headFolder: projectFolder };
      diffs.push(await compareStack({ stack: name, ...folders, chart, signal: cancellation.signal }));
    }
    const text = markdown ? markdownBody(diffs, base) : terminalText(diffs, base);
    console.log(diffs.reduce((shown, diff) => diff.hide(shown), text));
    if (!diffs.every(isAcceptable)) process.exitCode = 1;
  } finally {
    await tree.remove();
    await rm(artifacts, { recursive: true, force: true });
    cancellation.dispose();
  }
}

const program = new Command("preview:diff")
  .description("Preview the changes of the working tree in every stack against a commit, without an account.")
  .option("--base <ref>", "branch to compare with", "origin/main")
  .option("--stack <name>", "name of the stack (default: every Pulumi.STACK.yaml)")
  .option("--markdown", "print the body of a GitHub comment, within its size limit", false)
  .option("--install", "install the base's packages if its lockfile differs", false)
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
