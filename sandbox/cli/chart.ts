import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { execa } from "execa";
import { UserError } from "../../lib/user-error.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { type SandboxFolders } from "./folders.ts";

/** Which chart the sandbox renders: a folder, or the real one from its repository. */
export type ChosenChart = { path: string } | { repository: string };

export interface ChartQuestion {
  repository: string;
  version: string;
  helm: () => Promise<string>;
}

/** Our stand-in has the real chart's objects, values and traps. */
const standIn = "./sandbox/chart";
const reachLimitMs = 15_000;

/**
 * The folder in `CHATWOOT_CHART`, else the real chart where its repository can be reached, else the stand-in. The
 * choice is kept until `sandbox down --wipe`, so that a network that comes and goes does not change the objects.
 */
export async function chooseChart(folders: SandboxFolders, question: ChartQuestion): Promise<ChosenChart> {
  const given = process.env["CHATWOOT_CHART"];
  if (given !== undefined) {
    if (!existsSync(resolve(given, "Chart.yaml")))
      throw new UserError(`CHATWOOT_CHART: no Chart.yaml in ${given}. Point it at a chart's folder.`);
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

/** For people: which chart it is. */
export function describeChart(chart: ChosenChart): string {
  if ("repository" in chart) return `the real chart from ${chart.repository}`;
  return chart.path === standIn
    ? "the stand-in chart, because the real one's repository cannot be reached"
    : relative(projectFolder, chart.path);
}
