import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { execa } from "execa";
import { UserError } from "../../lib/user-error.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { sandboxProject, type SandboxFolders } from "./folders.ts";

/** The chart to render: a local folder, or the official chart from its repository. */
export type ChosenChart = { path: string } | { repository: string };

export interface ChartQuestion {
  repository: string;
  version: string;
  helm: () => Promise<string>;
}

/** The stand-in has the official chart's objects, values and surprises. */
const standIn = sandboxProject() === resolve(projectFolder) ? "./sandbox/chart" : join(projectFolder, "sandbox/chart");
const reachLimitMs = 15_000;

/**
 * The folder in `CHATWOOT_CHART`; otherwise the official chart if its repository is reachable; otherwise the stand-in.
 * The choice is stored until `sandbox down --wipe`, so that an unreliable network does not change the objects.
 */
export async function chooseChart(folders: SandboxFolders, question: ChartQuestion): Promise<ChosenChart> {
  const given = process.env["CHATWOOT_CHART"];
  if (given !== undefined) {
    if (!existsSync(resolve(given, "Chart.yaml")))
      throw new UserError(`CHATWOOT_CHART: no Chart.yaml in ${given}. Set it to the folder of a chart.`);
    return { path: resolve(given) };
  }
  if (existsSync(folders.chart)) return JSON.parse(readFileSync(folders.chart, "utf8")) as ChosenChart;
  const chosen: ChosenChart = (await isReachable(question)) ? { repository: question.repository } : { path: standIn };
  mkdirSync(dirname(folders.chart), { recursive: true });
  writeFileSync(folders.chart, JSON.stringify(chosen));
  return chosen;
}

async function isReachable({ repository, version, helm }: ChartQuestion): Promise<boolean> {
  const args = ["show", "chart", "chatwoot", "--repo", repository, "--version", version];
  const { failed } = await execa(await helm(), args, { reject: false, timeout: reachLimitMs });
  return !failed;
}

/** The chart as the progress line shows it. */
export function describeChart(chart: ChosenChart): string {
  if ("repository" in chart) return `the official chart from ${chart.repository}`;
  return chart.path === standIn
    ? "the stand-in, because the official chart's repository is unreachable"
    : relative(projectFolder, chart.path);
}
