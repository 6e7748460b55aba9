import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa, ExecaError } from "execa";
import type { ChartArgs } from "./chart-args.ts";

export interface HelmRun {
  helm: string;
  projectDir: string;
  kubeVersion: string;
  apiVersions: string[];
  timeoutMs: number;
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
}

/** The arguments of `helm template`; `files` are value files, the last one takes precedence. */
export function templateArguments(
  args: ChartArgs,
  chart: string,
  files: string[],
  run: Pick<HelmRun, "kubeVersion" | "apiVersions">,
): string[] {
  const version = args.version ?? (args.devel ? ">0.0.0-0" : undefined);
  return [
    "template",
    args.name,
    chart,
    "--namespace",
    args.namespace,
    // Hooks are not resources; the program must implement their purpose.
    "--no-hooks",
    ...(args.skipCrds ? ["--skip-crds"] : ["--include-crds"]),
    "--kube-version",
    run.kubeVersion,
    ...run.apiVersions.flatMap((name) => ["--api-versions", name]),
    ...files.flatMap((file) => ["--values", file]),
    ...(version ? ["--version", version] : []),
    ...(args.repo ? ["--repo", args.repo] : []),
    ...(args.username ? ["--username", args.username] : []),
    ...(args.password ? ["--password", args.password] : []),
    ...(args.dependencyUpdate ? ["--dependency-update"] : []),
    ...(args.verify ? ["--verify"] : []),
    ...(args.plainHttp ? ["--plain-http"] : []),
  ];
}

/** Renders a chart with a real helm, with temporary caches and settings. */
export async function renderChart(args: ChartArgs, run: HelmRun): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "helm-"));
  try {
    const files: string[] = [];
    for (const [index, file] of args.valueYamlFiles.entries()) {
      if ("path" in file) files.push(resolve(run.projectDir, file.path));
      else {
        files.push(join(folder, `values-${index}.yaml`));
        await writeFile(files.at(-1) as string, file.text);
      }
    }
    // Values can contain passwords, so they are passed in a private file, not on the command line.
    files.push(join(folder, "values.json"));
    await writeFile(files.at(-1) as string, JSON.stringify(args.values), { mode: 0o600 });
    const local = resolve(run.projectDir, args.chart);
    const isLocal = !args.chart.includes("://") && args.repo === undefined && existsSync(local);
    await Promise.all(["cache", "config", "data"].map((name) => mkdir(join(folder, name))));
    const { stdout } = await execa(run.helm, templateArguments(args, isLocal ? local : args.chart, files, run), {
      cwd: run.projectDir,
      timeout: run.timeoutMs,
      cancelSignal: run.signal,
      forceKillAfterDelay: 2000,
      maxBuffer: 512 * 1024 * 1024,
      extendEnv: false,
      stripFinalNewline: false,
      stdin: "ignore",
      env: {
        ...run.env,
        // helm must not query a cluster: the versions above are its only source.
        KUBECONFIG: join(folder, "no-kubeconfig"),
        HELM_CACHE_HOME: join(folder, "cache"),
        HELM_CONFIG_HOME: join(folder, "config"),
        HELM_DATA_HOME: join(folder, "data"),
        HELM_NAMESPACE: args.namespace,
        HELM_PLUGINS: join(folder, "plugins"),
      },
    });
    return stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.timedOut)
      throw new Error(`helm template took more than ${run.timeoutMs / 1000} s for chart "${args.chart}"`, {
        cause: error,
      });
    throw new Error(
      `helm template failed for chart "${args.chart}": ${String(error.stderr).trim() || error.originalMessage}`,
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
