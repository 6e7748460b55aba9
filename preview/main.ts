/*
 * What a change does to every stack, against a commit of git: `npm run preview:diff -- --base origin/main`. It needs no
 * account, no cluster and no secret: both previews run in the embedded engine with the sandbox's values.
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
  throw new UserError(`CHATWOOT_CHART: no Chart.yaml in ${given}. Point it at a chart's folder.`);
}

async function run({ base, stack, markdown, install }: Options): Promise<void> {
  const chart = chosenChart();
  const cancellation = cancelOnSignals(() => console.error("Stopping."));
  const tree = await checkOutBase(projectFolder, base, install);
  // What earlier deployments left behind is none of a preview's business.
  const artifacts = await mkdtemp(join(tmpdir(), "chatwoot-preview-"));
  Object.assign(process.env, { CHATWOOT_SKIP_PREFLIGHT: "1", CHATWOOT_ARTIFACTS_DIR: artifacts });
  try {
    const known = await stackNames([projectFolder, tree.folder]);
    if (stack !== undefined && !known.includes(stack))
      throw new UserError(`--stack ${stack}: there is no Pulumi.${stack}.yaml. Use ${known.join(" or ")}.`);
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
  .description("Shows what the working tree changes in every stack, against a commit, without any account.")
  .option("--base <ref>", "the branch that the change goes to", "origin/main")
  .option("--stack <name>", "one stack (default: every Pulumi.STACK.yaml)")
  .option("--markdown", "as the body of a comment on GitHub, within its limit", false)
  .option("--install", "install the base's packages where its lockfile is another one", false)
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
