import { embeddedEngine } from "../../sandbox/cli/embedded.ts";
import type { SandboxFolders } from "../../sandbox/cli/folders.ts";
import { prepareStack } from "../../sandbox/cli/prepare.ts";
import { runStack, type RunCommand } from "../../sandbox/cli/run-stack.ts";
import { createTerminal } from "../../sandbox/cli/terminal.ts";
import { chatwoot } from "../../stacks/chatwoot.ts";
import type { Transform } from "../../stacks/transforms.ts";
import { progressPrinter } from "kubernetes-sandbox/tools";

export interface HereRun {
  stack: string;
  folders: SandboxFolders;
  eventsFile: string;
  /** The expected exit code; any other one fails the test with the output. Default: 0. */
  exit?: number;
  /** Removes the protection from every resource before `destroy`. */
  unprotect?: boolean;
  /** As `--refresh`. */
  refresh?: boolean;
  /** As `--diff`. */
  diff?: boolean;
  /** As `--report`. */
  reportFile?: string | undefined;
  /** Runs the program with these transforms instead of the project's. */
  transforms?: readonly Transform[];
}

/** The project's program, as Pulumi runs it. */
const ownProgram = async (): Promise<unknown> => (await import("../../index.ts")).default();

/**
 * The command line after it has parsed its arguments, with the engine and the program in this process: the same
 * providers, cluster, state and output for a fraction of the processor time. Returns the output.
 */
export async function runHere(
  command: RunCommand,
  {
    stack: name,
    folders,
    eventsFile,
    exit = 0,
    unprotect = false,
    refresh = false,
    diff = false,
    reportFile,
    transforms,
  }: HereRun,
): Promise<string> {
  const { signal } = new AbortController();
  let output = "";
  const write = (text: string) => (output += text);
  const onProgress = progressPrinter({ write });
  const stack = await prepareStack(name, folders, onProgress, signal);
  const program = transforms === undefined ? ownProgram : () => chatwoot({ transforms });
  const engine = embeddedEngine(folders, createTerminal({ write }, false), program);
  const options = { signal, eventsFile, diff, refresh, reportFile };
  const { exitCode } = await runStack(command, { stack, engine, folders, onProgress, options, unprotect });
  if (exitCode !== exit) throw new Error(`${command} ended with ${exitCode}, not with ${exit}:\n${output}`);
  return output;
}
