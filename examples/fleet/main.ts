/*
 * Previews or deploys many stacks of this program in parallel with Pulumi's Automation API:
 *
 *   node examples/fleet/main.ts preview --parallel 4 staging prod
 *   node examples/fleet/main.ts up --parallel 8 --list fleet/example.yaml
 * Prints a line per finished environment and a table at the end; exits with 1 if one failed. Ctrl-C starts no further
 * environments and waits for the running ones; press it again to cancel them.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { readFleet } from "../../fleet/read.ts";
import { runAll, type Outcome } from "./run-all.ts";
import { renderTable, type Changes } from "./table.ts";

const usage =
  "usage: node examples/fleet/main.ts preview|up [--parallel N] [--list FILE] [--program FOLDER] [STACK...]";

interface Options {
  command: "preview" | "up";
  parallel: number;
  program: string;
  stacks: string[];
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      parallel: { type: "string", default: "4" },
      list: { type: "string" },
      program: { type: "string", default: join(import.meta.dirname, "..", "..") },
    },
  });
  const [command, ...named] = positionals;
  const parallel = Number(values.parallel);
  const listed = values.list === undefined ? [] : readFleet(values.list).environments.map(({ stack }) => stack);
  const stacks = [...new Set([...named, ...listed])];
  if ((command !== "preview" && command !== "up") || stacks.length === 0) throw new Error(usage);
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new Error(`--parallel: ${values.parallel} is not a whole number from 1. Use --parallel 4.`);
  return { command, parallel, program: values.program, stacks };
}

async function deploy(stackName: string, { command, program }: Options, signal: AbortSignal): Promise<Changes> {
  // Without an inline program, Pulumi runs the program of the folder in a separate process.
  const stack = await LocalWorkspace.selectStack({ stackName, workDir: program });
  if (command === "preview") return (await stack.preview({ signal })).changeSummary;
  const { summary } = await stack.up({ signal });
  return summary.resourceChanges ?? {};
}

function showOutcome({ name, state, seconds, reason }: Outcome<Changes>): void {
  console.error(
    `${name}: ${state}${state === "skipped" ? "" : ` after ${seconds.toFixed(1)} s`}${reason ? `: ${reason}` : ""}`,
  );
}

async function main(): Promise<void> {
  const options = readOptions();
  const stop = new AbortController();
  const cancel = new AbortController();
  process.on("SIGINT", () => {
    // A terminal also sends Ctrl-C to Pulumi, which cancels on the second one.
    if (stop.signal.aborted || !process.stdin.isTTY) cancel.abort();
    if (!stop.signal.aborted) console.error("Starting no further environments; waiting for the running ones.");
    stop.abort();
  });
  const outcomes = await runAll(options.stacks, (name) => deploy(name, options, cancel.signal), {
    parallel: options.parallel,
    signal: stop.signal,
    onOutcome: showOutcome,
  });
  console.log(renderTable(outcomes));
  if (outcomes.some(({ state }) => state !== "done")) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
