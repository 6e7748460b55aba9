/*
 * The sandbox's command line: runs this project's program on this machine, without an account or a cluster.
 * `npm run sandbox -- --help` lists the commands.
 */
import { Command, Option } from "commander";
import { stopCluster, clusterStatus } from "kubernetes-sandbox";
import { cancelOnSignals, exitCodes } from "pulumi-embedded-engine";
import { progressPrinter } from "kubernetes-sandbox/tools";
import { embeddedEngine } from "./embedded.ts";
import { sandboxFolders } from "./folders.ts";
import { runOps } from "./ops.ts";
import { knownStack, prepareStack, type PreparedStack } from "./prepare.ts";
import { pulumiEngine } from "./pulumi.ts";
import { findPulumi, pulumiOnPath } from "./real-pulumi.ts";
import { runStack, type RunCommand } from "./run-stack.ts";
import type { RunSummary, StackEngine } from "./stack-engine.ts";
import { describeDeployment, describeStatus, isDeployed, notDeployed } from "./show.ts";
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
  clearPendingCreates: boolean;
  wipe: boolean;
  json: boolean;
  showSecrets: boolean;
}

const folders = sandboxFolders();
const terminal = createTerminal(process.stdout);
const onProgress = progressPrinter();
const cancellation = cancelOnSignals(() =>
  terminal.print("Stopping after the current operations. Press Ctrl-C again to stop immediately."),
);

async function chooseEngine({ engine }: Options): Promise<StackEngine> {
  const found =
    engine === "embedded" ? undefined : engine === "auto" ? await pulumiOnPath() : await findPulumi(onProgress);
  return found === undefined ? embeddedEngine(folders, terminal) : pulumiEngine(folders, found);
}

/** Whether an interrupted command stops the sandbox too. */
let isRun = false;

const chosenStacks = async ({ stack }: Options): Promise<string[]> => (stack === undefined ? sandboxStacks() : [stack]);

/** Runs `work` on each chosen stack in turn, and stops at the first failure. */
async function onStacks(
  options: Options,
  work: (stack: PreparedStack, engine: StackEngine) => Promise<RunSummary>,
): Promise<boolean> {
  for (const name of await chosenStacks(options)) if (!(await onStack(name, options, work))) return false;
  return true;
}

async function onStack(
  name: string,
  options: Options,
  work: (stack: PreparedStack, engine: StackEngine) => Promise<RunSummary>,
): Promise<boolean> {
  isRun = true;
  const engine = await chooseEngine(options);
  terminal.heading(`${name}  (${engine.name})`);
  const stack = await prepareStack(name, folders, onProgress, cancellation.signal);
  const { ok, exitCode } = await work(stack, engine);
  if (!ok) process.exitCode = exitCode;
  return ok;
}

const runOptions = (
  { diff = false, events, report, stack, clearPendingCreates }: Options,
  { name }: PreparedStack,
) => ({
  signal: cancellation.signal,
  diff,
  clearPendingCreates,
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
  if (ok) terminal.print(`\n${describeDeployment(deployed, folders)}`);
}

/** A failure of one stack does not keep the others. */
async function destroy(options: Options): Promise<void> {
  for (const name of await chosenStacks(options)) {
    await readValues(name);
    if (!isDeployed(folders, name)) {
      terminal.print(`${name}: nothing to delete, it is not deployed.`);
      continue;
    }
    const ok = await onStack(name, options, (stack, engine) => run("destroy", options, stack, engine));
    if (!ok && !options.unprotect)
      terminal.print(
        `The resources of a deployed stack are protected. To delete them all: ` +
          `\`npm run sandbox -- destroy --unprotect --stack ${name}\``,
      );
  }
}

async function refresh(options: Options): Promise<void> {
  for (const name of await chosenStacks(options)) {
    await readValues(name);
    if (!isDeployed(folders, name)) terminal.print(`${name}: nothing to refresh, it is not deployed.`);
    else if (!(await onStack(name, options, (stack, engine) => run("refresh", options, stack, engine)))) return;
  }
}

/** Prints the outputs of one stack, or of every deployed one by its name; of one output, its value alone. */
async function outputs(output: string | undefined, options: Options): Promise<void> {
  const engine = await chooseEngine(options);
  const all: Record<string, unknown> = {};
  for (const name of await chosenStacks(options)) {
    await readValues(name);
    const stack = isDeployed(folders, name) ? knownStack(name, folders) : undefined;
    if (stack === undefined) console.error(`${notDeployed(name)}.`);
    else all[name] = valueOf(output, await engine.outputs(stack, options.showSecrets));
  }
  if (Object.keys(all).length === 0) {
    process.exitCode = exitCodes.configuration;
    return;
  }
  const found = options.stack === undefined ? all : all[options.stack];
  terminal.print(typeof found === "string" && !options.json ? found : JSON.stringify(found, null, 2));
}

function valueOf(output: string | undefined, outputs: Record<string, unknown>): unknown {
  if (output === undefined) return outputs;
  if (output in outputs) return outputs[output];
  throw new UserError(`outputs ${output}: there is no such output. Use one of ${Object.keys(outputs).join(", ")}.`);
}

async function status(): Promise<void> {
  terminal.print(describeStatus(await clusterStatus(folders.cluster), folders, await sandboxStacks()));
}

async function down({ wipe }: Options): Promise<void> {
  await stopCluster(folders.cluster, { wipe });
  if (wipe) await wipeSandbox(folders);
  terminal.print(
    wipe
      ? "Stopped the sandbox and deleted its data."
      : "Stopped the sandbox. Its data is kept; delete it with `npm run sandbox -- down --wipe`.",
  );
}

function addRunOptions(command: Command): Command {
  return command
    .option("--stack <name>", "run one stack only (default: staging, then prod)")
    .addOption(
      new Option(
        "--engine <engine>",
        "engine that runs the program; auto uses Pulumi if it is on PATH, pulumi also gets it from npm",
      )
        .choices(["auto", "embedded", "pulumi"])
        .default("auto"),
    )
    .option("--events <file>", "write Pulumi engine events to this file, one JSON object per line")
    .option("--report <file>", "write an HTML report of the run; with both stacks, one FILE-STACK.html for each")
    .option("--diff", "show every changed property", false);
}

const program = new Command("sandbox")
  .enablePositionalOptions()
  .description("Run both stacks on this machine, without a Fly account, a cluster or Pulumi.")
  .showHelpAfterError("Run `npm run sandbox -- --help` for a list of commands.")
  .addHelpText(
    "after",
    [
      "",
      "Environment:",
      "  CHATWOOT_SANDBOX_DIR      folder for the sandbox's data (default: .sandbox)",
      "  CHATWOOT_SANDBOX_OVERLAY  YAML file with `config:` and `secrets:` by namespace:key, merged over each stack's values",
      "  CHATWOOT_SANDBOX_PROJECT  project that installs the package, with its own sandbox/values (default: this one)",
      "  CHATWOOT_CHART            folder of a chart to use instead of the official one",
    ].join("\n"),
  );

addRunOptions(program.command("preview").description("show what `up` would change")).action(preview);
addRunOptions(program.command("up").description("deploy the stacks")).action(up);
addRunOptions(program.command("destroy").description("delete everything that `up` created"))
  .option("--unprotect", "remove the protection of resources that hold data first", false)
  .action(destroy);
program
  .command("refresh")
  .description("read every resource into the stacks' states")
  .option("--stack <name>", "refresh one stack only")
  .addOption(new Option("--engine <engine>").choices(["auto", "embedded", "pulumi"]).default("auto"))
  .option("--clear-pending-creates", "clear all pending creates, dropping them from the state", false)
  .action(refresh);
program
  .command("outputs")
  .description("print the stacks' outputs as JSON, or one output")
  .argument("[name]", "name of an output")
  .option("--json", "print one output as JSON too", false)
  .option("--stack <name>", "print the outputs of one stack only")
  .addOption(new Option("--engine <engine>").choices(["auto", "embedded", "pulumi"]).default("auto"))
  .option("--show-secrets", "show secrets as plaintext", false)
  .action(outputs);
program
  .command("ops [args...]")
  .description("run a command of `npm run ops` on a sandbox stack, for example `ops drift --stack staging`")
  .helpOption(false)
  .allowUnknownOption()
  .passThroughOptions()
  .action(async (args: string[]) => {
    process.exitCode = await runOps(args, folders, cancellation.signal);
  });
program.command("status").description("show the cluster's processes and the stacks' states").action(status);
program.command("down").description("stop everything").option("--wipe", "also delete the data", false).action(down);

try {
  await program.parseAsync();
} catch (error) {
  // Setup errors are written for the operator: the message is enough, without a stack trace.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  if (cancellation.signal.aborted && isRun) {
    await stopCluster(folders.cluster);
    terminal.print("Stopped. The data is kept; run the same command again to continue.");
  }
  cancellation.dispose();
}
