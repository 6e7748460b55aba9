import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { programReportedFailure } from "./exit-codes.ts";
import type { Deployment } from "./deployment.ts";

export type OutputListener = (line: string, stream: "stdout" | "stderr") => void;

/** Time until a program that is still running after a failed run is stopped. */
const graceMs = 5_000;
const killMs = 2_000;

/** Runs the project's program in a child process, as Pulumi's Node.js host does, until it exits. */
export async function runProgram(deployment: Deployment, address: string, onOutput: OutputListener): Promise<void> {
  const { project } = deployment.options;
  const script = findRunScript(project.dir);
  const child = spawn(process.execPath, [...project.nodeArgs, script, ...programArguments(deployment, address)], {
    cwd: project.dir,
    env: { ...process.env, ...programEnvironment(deployment, script) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const mask = deployment.journal.mask;
  const read = (stream: Readable, name: "stdout" | "stderr"): Promise<void> =>
    new Promise((resolve) => {
      const lines = createInterface({ input: stream, crlfDelay: Infinity });
      lines.on("line", (line) => onOutput(mask.hide(line), name));
      lines.on("close", resolve);
    });
  const printed = Promise.all([read(child.stdout, "stdout"), read(child.stderr, "stderr")]);

  const timers: NodeJS.Timeout[] = [];
  const stop = (): void => {
    child.kill("SIGTERM");
    timers.push(setTimeout(() => child.kill("SIGKILL"), killMs));
  };
  deployment.abort.signal.addEventListener("abort", stop, { once: true });
  void deployment.failed.then(() => timers.push(setTimeout(stop, graceMs)));

  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  deployment.abort.signal.removeEventListener("abort", stop);
  timers.forEach(clearTimeout);
  await printed;
  if (code === 0) return;
  // A program whose failure was already reported exits with this code, or with any if the engine stopped it.
  if (code === programReportedFailure || deployment.failure !== undefined) {
    deployment.failQuietly("the program failed");
    if (deployment.journal.diagnostics.some(({ severity }) => severity === "error")) return;
  }
  const how = signal === null ? `exited with code ${code}` : `was stopped by ${signal}`;
  deployment.fail(new Error(`program ${project.name}: ${how}. Read the end of its output.`));
}

function findRunScript(projectDir: string): string {
  try {
    return createRequire(join(projectDir, "package.json")).resolve("@pulumi/pulumi/cmd/run/index.js");
  } catch (error) {
    throw new Error(`project ${projectDir}: @pulumi/pulumi is not installed. Run \`npm install\` there.`, {
      cause: error,
    });
  }
}

function programArguments({ options }: Deployment, address: string): string[] {
  const { project, stack, parallel, preview, organization } = options;
  return [
    ...["--monitor", address, "--engine", address, "--organization", organization],
    ...["--project", project.name, "--root-directory", project.dir, "--stack", stack, "--pwd", project.dir],
    ...(preview ? ["--dry-run"] : []),
    ...["--parallel", String(parallel), project.main],
  ];
}

function programEnvironment({ options }: Deployment, script: string): Record<string, string> {
  const { project, config } = options;
  return {
    ...configEnvironment(config),
    ...(project.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(project.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: project.tsconfig }),
    // Compiling the SDK takes a third of a preview's time.
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? compileCache(script),
  };
}

/** The host passes configuration with the older form of its keys, `ns:config:key`. */
function configEnvironment({ values, secretKeys }: Deployment["options"]["config"]): Record<string, string> {
  const entries = Object.entries(values).map(([key, value]) => [key.replace(":", ":config:"), value] as const);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
  };
}

function compileCache(script: string): string {
  const modules = script.slice(0, script.lastIndexOf("node_modules") + "node_modules".length);
  return join(modules, ".cache", "node-compile-cache");
}
