import { relative } from "node:path";
import { Option, type Command } from "commander";
import { StepProblem } from "../../lib/problem.ts";
import { expectedApps } from "../drift/expected.ts";
import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { formatLogs } from "../logs/format.ts";
import { Kubectl, type KubectlPlace } from "../lib/kubernetes/kubectl.ts";
import { readPodLogs } from "../lib/kubernetes/logs.ts";
import { chooseLines, type LogLine } from "../logs/lines.ts";
import { readGroups, readLogs } from "../logs/read.ts";
import { saveLog } from "../logs/save.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadResources } from "../lib/stack/source.ts";
import { recordedSteps } from "../lib/stack/steps.ts";
import { durationMs } from "./duration.ts";

interface Options {
  stack: string;
  app?: string;
  since: number;
  group?: string;
}

export function addLogs(program: Command): void {
  program
    .command("logs")
    .description("print and save the logs that Fly or the cluster still has, without secrets")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--app <name>", "Fly only: app of the stack (default: Chatwoot's)")
    .addOption(
      new Option("--since <duration>", "oldest line to print: 90s, 15m, 2h")
        .argParser(durationMs)
        .default(15 * 60_000, "15m"),
    )
    .option("--group <name>", "process group, or role of the pods: web, worker")
    .addHelpText(
      "after",
      "\nSaves artifacts/ops/chatwoot-<target>-logs-<UTC>.log. To follow the logs, run `fly logs --app APP`.",
    )
    .action(logs);
}

async function logs({ stack, app: asked, since: sinceMs, group }: Options): Promise<void> {
  const resources = await loadResources(stack);
  const since = new Date(Date.now() - sinceMs);
  const place = placeOn(stack, resources);
  if (place !== undefined && asked !== undefined)
    throw new StepProblem(`--app ${asked}`, `stack ${stack} is not on Fly`, "Use --group to choose a role of the pods");
  const read = place === undefined ? readFly(stack, appsOf(resources), asked) : readCluster(place, stack, sinceMs);
  const { title, target, source, lines, groups } = await read;
  const known = new Set(groups.values());
  if (group !== undefined && !known.has(group))
    throw new StepProblem(
      `--group ${group}`,
      `${title} does not have this group`,
      `Use ${[...known].sort().join(" or ") || "no group"}`,
    );

  const chosen = chooseLines(lines, groups, { since, group });
  const text = formatLogs(chosen, groups);
  process.stdout.write(text);
  const path = await saveLog(text, target);
  const shown = relative(process.cwd(), path);
  console.error(
    `${source}: ${chosen.length} lines since ${since.toISOString()}, saved to ${shown.startsWith("..") ? path : shown}`,
  );
  const oldest = lines.map(({ timestamp }) => timestamp).sort()[0];
  if (target === "fly" && oldest !== undefined && Date.parse(oldest) > since.getTime())
    console.error(`Fly keeps nothing older than ${oldest}. Older lines exist only where logs are shipped to.`);
}

interface Found {
  /** What the groups belong to, for messages. */
  title: string;
  target: "fly" | "kubernetes";
  source: string;
  lines: LogLine[];
  /** By machine id or pod name. */
  groups: Map<string, string>;
}

async function readFly(stack: string, apps: readonly string[], asked: string | undefined): Promise<Found> {
  const app = chooseApp(stack, apps, asked);
  const ask = new AppFlyctl(app, `npm run ops -- logs --stack ${stack}`);
  await ask.fly.preflight();
  const [lines, groups] = await Promise.all([readLogs(ask, app), readGroups(ask)]);
  return { title: `app ${app}`, target: "fly", source: app, lines, groups };
}

async function readCluster(place: KubectlPlace, stack: string, sinceMs: number): Promise<Found> {
  const found = await readPodLogs(new Kubectl(place, `npm run ops -- logs --stack ${stack}`), place, sinceMs);
  for (const note of found.notes) console.error(note);
  const title = `namespace ${place.namespace}`;
  return { title, target: "kubernetes", source: title, lines: found.lines, groups: found.groups };
}

/** Undefined for a stack with steps on Fly. */
function placeOn(stack: string, resources: readonly StackResource[]): KubectlPlace | undefined {
  if (recordedSteps(resources).length > 0) return undefined;
  const place = placeOf(stack, resources);
  return place.target === "kubernetes" ? place : undefined;
}

/** Chatwoot's app comes first: it is the one with the process group `web`. */
function appsOf(resources: readonly StackResource[]): string[] {
  const apps = expectedApps(recordedSteps(resources));
  const isChatwoot = ({ counts }: { counts: Record<string, number> }): boolean => "web" in counts;
  return apps.sort((a, b) => Number(isChatwoot(b)) - Number(isChatwoot(a))).map(({ app }) => app);
}

function chooseApp(stack: string, apps: readonly string[], asked: string | undefined): string {
  const app = asked === undefined ? apps[0] : apps.find((each) => each === asked);
  if (app !== undefined) return app;
  if (asked !== undefined)
    throw new StepProblem(`--app ${asked}`, `stack ${stack} does not have this app`, `Use ${apps.join(" or ")}`);
  throw new StepProblem(
    `stack ${stack}`,
    "has nothing on Fly",
    "Choose a stack whose target is fly: `pulumi stack ls`",
  );
}
