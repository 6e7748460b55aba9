import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import {
  Engine,
  type EngineOptions,
  exitCodes,
  loadStackConfig,
  openStateStore,
  showOutputs,
  unprotect,
  type EngineEvent,
  type FileStateStore,
  type Program,
} from "pulumi-embedded-engine";
import { checkRun, isRefused } from "../../preview/policy/check-run.ts";
import { policiesText } from "../../preview/policy/text.ts";
import { RunRecorder, writeReport } from "pulumi-run-report";
import { commandProvider, kubernetesProvider, randomProvider } from "pulumi-embedded-engine/providers";
import type { SandboxFolders } from "./folders.ts";
import { passphrase, type PreparedStack } from "./prepare.ts";
import type { RunCommand } from "./run-stack.ts";
import type { RunOptions, RunSummary, StackEngine } from "./stack-engine.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The embedded engine with the sandbox's providers: a test double for one machine. With `program`, it runs that function
 * in this process instead of the project's program in a child process.
 */
export function embeddedEngine(folders: SandboxFolders, terminal: Terminal, program?: Program): StackEngine {
  const openState = async (stack: PreparedStack, salt?: string): Promise<FileStateStore> =>
    openStateStore({ file: folders.state(stack.name), passphrase, ...(salt === undefined ? {} : { salt }) });

  const run = async (
    command: RunCommand,
    stack: PreparedStack,
    { signal, diff, eventsFile, reportFile, replace = [], refresh = false, clearPendingCreates = false }: RunOptions,
  ): Promise<RunSummary> => {
    // The program and its commands inherit this process's environment.
    Object.assign(process.env, stack.environment);
    const { project, stackFile, name, helm } = stack;
    const config = await loadStackConfig({ project, stack: name, file: stackFile, passphrase });
    const events = eventsFile === undefined ? undefined : openSync(eventsFile, "w", 0o600);
    const recorder = new RunRecorder();
    const display = terminal.showRun({ command, diff });
    try {
      const options: EngineOptions = {
        project,
        stack: name,
        config,
        state: await openState(stack, config.salt),
        providers: { random: randomProvider, command: commandProvider, kubernetes: kubernetesProvider({ helm }) },
        signal,
        replace,
        refresh,
        refreshCommand: `npm run sandbox -- refresh --stack ${name}`,
      };
      const engine = new Engine({
        ...options,
        onEvent(event: EngineEvent) {
          if (events !== undefined) writeSync(events, `${JSON.stringify(event)}\n`);
          recorder.event(event);
          display.event(event);
        },
        onOutput: (line) => display.line(line),
      });
      const result =
        command === "destroy"
          ? await engine.destroy({ preview: !(await new Engine(options).destroy({ preview: true })).ok })
          : command === "refresh"
            ? await engine.refresh({ clearPendingCreates })
            : await engine[command](program);
      display.end(result);
      if (reportFile !== undefined && command !== "refresh") {
        await writeReport(recorder.record(command, result), reportFile);
        terminal.print(`Report: ${reportFile}`);
      }
      const policies = command === "preview" || command === "up" ? checkRun(result, config) : undefined;
      if (policies) terminal.print(policiesText(policies, terminal.color));
      // Pulumi exits with the same code for a failed resource and for a policy violation.
      return isRefused(policies)
        ? { ok: false, exitCode: exitCodes.failure }
        : { ok: result.ok, exitCode: result.exitCode };
    } finally {
      display.stop();
      if (events !== undefined) closeSync(events);
    }
  };

  return {
    name: "embedded engine",
    preview: (stack, options) => run("preview", stack, options),
    up: (stack, options) => run("up", stack, options),
    destroy: (stack, options) => run("destroy", stack, options),
    refresh: (stack, options) => run("refresh", stack, options),
    async unprotect(stack) {
      await unprotect(await openState(stack), stack.name, "all");
    },
    async outputs(stack, showSecrets) {
      if (!existsSync(folders.state(stack.name))) return {};
      const { resources } = await (await openState(stack)).load();
      const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
      return showOutputs(root?.outputs ?? {}, { showSecrets });
    },
  };
}
