import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { RunCommand } from "pulumi-run-report";
import type { SandboxFolders } from "./folders.ts";
import { reportedPulumi } from "./pulumi-report.ts";
import { passphrase, type PreparedStack } from "./prepare.ts";
import type { RunOptions, RunSummary, StackEngine } from "./stack-engine.ts";

/** Environment variables that make the real Pulumi store its state in the sandbox's folder. */
export const pulumiEnvironment = (folders: SandboxFolders): Record<string, string> => ({
  PULUMI_BACKEND_URL: `file://${folders.pulumi}`,
  PULUMI_CONFIG_PASSPHRASE: passphrase,
  PULUMI_SKIP_UPDATE_CHECK: "1",
});

const withPolicies = ({ project }: PreparedStack): string[] => ["--policy-pack", join(project.dir, "policy")];

const refreshFlags = ({ clearPendingCreates = false }: RunOptions): string[] => [
  "--yes",
  "--skip-preview",
  ...(clearPendingCreates ? ["--clear-pending-creates"] : []),
];

/** The real Pulumi on PATH with its real plugins; its state is in the sandbox's folder. */
export function pulumiEngine(folders: SandboxFolders, version: string): StackEngine {
  const environment = (stack: PreparedStack): Record<string, string> => ({
    ...stack.environment,
    ...pulumiEnvironment(folders),
  });

  /** State commands run in a copy of the project, because they would otherwise write to the user's stack file. */
  const ask = async (stack: PreparedStack, args: string[]): Promise<string> => {
    const cwd = join(folders.pulumi, "project");
    mkdirSync(cwd, { recursive: true, mode: 0o700 });
    copyFileSync(join(stack.project.dir, "Pulumi.yaml"), join(cwd, "Pulumi.yaml"));
    copyFileSync(stack.stackFile, join(cwd, `Pulumi.${stack.name}.yaml`));
    const { stdout } = await execa("pulumi", args, { cwd, env: environment(stack), timeout: 120_000 });
    return stdout;
  };

  const exists = async (stack: PreparedStack): Promise<boolean> => {
    const stacks = JSON.parse(await ask(stack, ["stack", "ls", "--json"])) as { name: string }[];
    return stacks.some(({ name }) => name === stack.name || name.endsWith(`/${stack.name}`));
  };

  const run = (command: RunCommand, stack: PreparedStack, options: RunOptions, more: string[] = []) =>
    reportedPulumi(command, options, {
      run: (changed) => runCommand(command, stack, changed, more),
      state: () => ask(stack, ["stack", "export", "--stack", stack.name]),
    });

  const runCommand = async (
    command: string,
    stack: PreparedStack,
    options: RunOptions,
    more: string[],
  ): Promise<RunSummary> => {
    const { signal, diff, eventsFile } = options;
    if (!(await exists(stack))) await ask(stack, ["stack", "init", stack.name, "--no-select"]);
    const args = [command, "--stack", stack.name, "--config-file", stack.stackFile, "--non-interactive", ...more];
    if (diff) args.push("--diff");
    if (eventsFile !== undefined) args.push("--event-log", eventsFile);
    const running = execa("pulumi", args, {
      cwd: stack.project.dir,
      // Pulumi accepts `--event-log` only with this variable.
      env: { ...environment(stack), ...(eventsFile === undefined ? {} : { PULUMI_DEBUG_COMMANDS: "1" }) },
      stdio: ["ignore", "inherit", "inherit"],
      reject: false,
    });
    // On SIGINT, Pulumi finishes the current operations. In a terminal, Ctrl-C reaches it directly.
    signal.addEventListener("abort", () => running.kill("SIGINT"), { once: true });
    const { exitCode = 1, failed } = await running;
    return { ok: !failed, exitCode };
  };

  return {
    name: `pulumi ${version}`,
    preview: (stack, options) => run("preview", stack, options, withPolicies(stack)),
    up: (stack, options) => run("up", stack, options, ["--yes", "--skip-preview", ...withPolicies(stack)]),
    destroy: (stack, options) => run("destroy", stack, options, ["--yes"]),
    refresh: (stack, options) => runCommand("refresh", stack, options, refreshFlags(options)),
    async unprotect(stack) {
      await ask(stack, ["state", "unprotect", "--all", "--yes", "--stack", stack.name]);
    },
    async outputs(stack, showSecrets) {
      if (!existsSync(folders.pulumi)) return {};
      const args = ["stack", "output", "--json", "--stack", stack.name, ...(showSecrets ? ["--show-secrets"] : [])];
      return JSON.parse(await ask(stack, args)) as Record<string, unknown>;
    },
  };
}
