/*
 * The sandbox at the terminal: runs this project's program on this machine, with no account and no cluster.
 * `npm run sandbox -- --help` lists the commands.
 */
import { Command, Option } from "commander";
import { stopCluster, clusterStatus } from "kubernetes-sandbox";
import { cancelOnSignals } from "pulumi-embedded-engine";
import { progressPrinter } from "kubernetes-sandbox/tools";
import { embeddedEngine } from "./embedded.ts";
import { sandboxFolders } from "./folders.ts";
import { runOps } from "./ops.ts";
import { knownStack, prepareStack, type PreparedStack } from "./prepare.ts";
import { hasPulumi, pulumiEngine } from "./pulumi.ts";
import { runStack, type RunCommand } from "./run-stack.ts";
import type { RunSummary, StackEngine } from "./stack-engine.ts";
import { describeDeployment, describeStatus } from "./show.ts";
import { createTerminal } from "./terminal.ts";
import { UserError } from "../../lib/user-error.ts";
import { readValues, sandboxStacks } from "./values.ts";
import { wipeSandbox } from "./wipe.ts";

interface Options {
  stack?: string;
  engine: "auto" | "embedded" | "pulumi";
  events?: string;
  report?: string;
  diff: boolean;
  unprotect: boolean;
  wipe: boolean;
  json: boolean;
  showSecrets: boolean;
}

const folders = sandboxFolders();
const terminal = createTerminal(process.stdout);
const onProgress = progressPrinter();
const cancellation = cancelOnSignals(() =>
  terminal.say("Stopping: what has begun is brought to its end. Once more stops at once."),
);

async function chooseEngine({ engine }: Options): Promise<StackEngine> {
  if (engine === "embedded") return embeddedEngine(folders, terminal);
  if (await hasPulumi()) return pulumiEngine(folders);
  if (engine === "auto") return embeddedEngine(folders, terminal);
  throw new UserError(
    "--engine pulumi: no `pulumi` on PATH. Install it from https://www.pulumi.com/docs/install/, or use --engine embedded.",
  );
}

/** Runs `work` on each chosen stack, one after the other, and stops at the first that fails. */
async function onStacks(
  options: Options,
  work: (stack: PreparedStack, engine: StackEngine) => Promise<RunSummary>,
): Promise<boolean> {
  const engine = await chooseEngine(options);
  const names = options.stack === undefined ? await sandboxStacks() : [options.stack];
  for (const name of names) {
    terminal.heading(`${name}  (${engine.name} engine)`);
    const stack = await prepareStack(name, folders, onProgress, cancellation.signal);
    const { ok, exitCode } = await work(stack, engine);
    if (ok) continue;
    process.exitCode = exitCode;
    return false;
  }
  return true;
}

const runOptions = ({ diff, events, report, stack }: Options, { name }: PreparedStack) => ({
  signal: cancellation.signal,
  diff,
  eventsFile: events,
  reportFile: stack === undefined ? report?.replace(/(\.html?)?$/, `-${name}$1`) : report,
});

const run = (command: RunCommand, options: Options, stack: PreparedStack, engine: StackEngine): Promise<RunSummary> =>
  runStack(command, {
    stack,
    engine,
    folders,
    onProgress,
    options: runOptions(options, stack),
    unprotect: options.unprotect,
  });

async function preview(options: Options): Promise<void> {
  await onStacks(options, (stack, engine) => run("preview", options, stack, engine));
}

async function up(options: Options): Promise<void> {
  const deployed = new Map<string, Record<string, unknown>>();
  const ok = await onStacks(options, async (stack, engine) => {
    const summary = await run("up", options, stack, engine);
    if (summary.ok) deployed.set(stack.name, await engine.outputs(stack, false));
    return summary;
  });
  if (ok) terminal.say(`\n${describeDeployment(deployed, folders)}`);
}

async function destroy(options: Options): Promise<void> {
  await onStacks(options, (stack, engine) => run("destroy", options, stack, engine));
}

async function outputs(options: Options): Promise<void> {
  const engine = await chooseEngine(options);
  const names = options.stack === undefined ? await sandboxStacks() : [options.stack];
  const all: Record<string, unknown> = {};
  for (const name of names) {
    await readValues(name);
    const stack = knownStack(name, folders);
    all[name] = stack === undefined ? {} : await engine.outputs(stack, options.showSecrets);
  }
  terminal.say(JSON.stringify(options.stack === undefined ? all : all[options.stack], null, 2));
}

async function status(): Promise<void> {
  terminal.say(describeStatus(await clusterStatus(folders.cluster), folders, await sandboxStacks()));
}

async function down({ wipe }: Options): Promise<void> {
  await stopCluster(folders.cluster, { wipe });
  if (wipe) await wipeSandbox(folders);
  terminal.say(
    wipe
      ? "The sandbox is stopped, and everything in it is gone."
      : "The sandbox is stopped. Its data stay; `sandbox down --wipe` removes them.",
  );
}

function addRunOptions(command: Command): Command {
  return command
    .option("--stack <name>", "one stack (default: staging, then prod)")
    .addOption(
      new Option("--engine <engine>", "what runs the program; auto takes the real Pulumi where it is on PATH")
        .choices(["auto", "embedded", "pulumi"])
        .default("auto"),
    )
    .option("--events <file>", "write one JSON object a line, in the shape of Pulumi's engine events")
    .option("--report <file>", "write an HTML page about the run (of both stacks: one each, FILE-STACK.html)")
    .option("--diff", "show every changed property", false);
}

const program = new Command("sandbox")
  .enablePositionalOptions()
  .description("Runs the program on this machine: both stacks, with no Fly account, no cluster and no Pulumi.")
  .showHelpAfterError("Run `npm run sandbox -- --help` for the commands.")
  .addHelpText(
    "after",
    [
      "",
      "Environment:",
      "  CHATWOOT_SANDBOX_DIR      where the sandbox keeps everything (default: .sandbox)",
      "  CHATWOOT_SANDBOX_OVERLAY  YAML file with `config:` and `secrets:` by namespace:key, laid over each stack",
      "  CHATWOOT_CHART            folder of the chart to use instead of the repository's",
    ].join("\n"),
  );

addRunOptions(program.command("preview").description("show what up would do; change nothing")).action(preview);
addRunOptions(program.command("up").description("deploy")).action(up);
addRunOptions(program.command("destroy").description("delete everything that up made"))
  .option("--unprotect", "first take the protection off what holds data", false)
  .action(destroy);
program
  .command("outputs")
  .description("the stacks' outputs as JSON")
  .option("--stack <name>", "one stack")
  .addOption(new Option("--engine <engine>").choices(["auto", "embedded", "pulumi"]).default("auto"))
  .option("--show-secrets", "in the clear", false)
  .action(outputs);
program
  .command("ops [args...]")
  .description("a command of `npm run ops` on a stack of this sandbox, for instance `ops drift --stack staging`")
  .helpOption(false)
  .allowUnknownOption()
  .passThroughOptions()
  .action(async (args: string[]) => {
    process.exitCode = await runOps(args, folders, cancellation.signal);
  });
program.command("status").description("what of the sandbox runs").action(status);
program.command("down").description("stop everything").option("--wipe", "and remove its data", false).action(down);

try {
  await program.parseAsync();
} catch (error) {
  // What keeps a run from beginning is a sentence for the person who started it.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  if (cancellation.signal.aborted) {
    await stopCluster(folders.cluster);
    terminal.say("Stopped. The data stay: the same command goes on from here.");
  }
  cancellation.dispose();
}
