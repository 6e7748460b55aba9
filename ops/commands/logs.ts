import { relative } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { StepProblem } from "../../components/fly/driver/problem.ts";
import { expectedApps } from "../drift/expected.ts";
import { milliseconds } from "../drift/units.ts";
import { Questions } from "../fly/questions.ts";
import { formatLogs } from "../logs/format.ts";
import { chooseLines } from "../logs/lines.ts";
import { readGroups, readLogs } from "../logs/read.ts";
import { saveLog } from "../logs/save.ts";
import { loadResources } from "../stack/source.ts";
import { recordedSteps } from "../stack/steps.ts";

interface Options {
  stack: string;
  app?: string;
  since: number;
  group?: string;
}

export function addLogs(program: Command): void {
  program
    .command("logs")
    .description("print what Fly still has of the logs, without secrets, and save it")
    .requiredOption("--stack <name>", "the stack")
    .option("--app <name>", "another app of the stack (default: Chatwoot's)")
    .addOption(
      new Option("--since <duration>", "nothing older: 90s, 15m, 2h").argParser(durationMs).default(15 * 60_000, "15m"),
    )
    .option("--group <name>", "one process group: web or worker")
    .addHelpText(
      "after",
      "\nSaves to artifacts/ops/chatwoot-fly-logs-<UTC>.log. It does not follow: for that, `fly logs --app APP`.",
    )
    .action(logs);
}

function durationMs(text: string): number {
  const ms = milliseconds(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Write for instance 90s, 15m or 2h.");
  return ms;
}

async function logs({ stack, app: asked, since: sinceMs, group }: Options): Promise<void> {
  const app = chooseApp(stack, await appsOf(stack), asked);
  const ask = new Questions(app, `npm run ops -- logs --stack ${stack}`);
  await ask.fly.preflight();
  const [lines, groups] = await Promise.all([readLogs(ask, app), readGroups(ask)]);
  const known = new Set(groups.values());
  if (group !== undefined && !known.has(group))
    throw new StepProblem(
      `--group ${group}`,
      `app ${app} has no such group`,
      `Use ${[...known].sort().join(" or ") || "no group"}`,
    );

  const since = new Date(Date.now() - sinceMs);
  const chosen = chooseLines(lines, groups, { since, group });
  const text = formatLogs(chosen, groups);
  process.stdout.write(text);
  const path = await saveLog(text);
  const place = relative(process.cwd(), path);
  console.error(
    `${app}: ${chosen.length} lines since ${since.toISOString()}, saved to ${place.startsWith("..") ? path : place}`,
  );
  const oldest = lines.map(({ timestamp }) => timestamp).sort()[0];
  if (oldest !== undefined && Date.parse(oldest) > since.getTime())
    console.error(
      `Fly has nothing older than ${oldest}. What is gone from its buffer is only where logs are shipped to.`,
    );
}

/** With what was deployed of each first: Chatwoot's is the one that scales. */
async function appsOf(stack: string): Promise<string[]> {
  const apps = expectedApps(recordedSteps(await loadResources(stack)));
  const isChatwoot = ({ counts }: { counts: Record<string, number> }): boolean => "web" in counts;
  return apps.sort((a, b) => Number(isChatwoot(b)) - Number(isChatwoot(a))).map(({ app }) => app);
}

function chooseApp(stack: string, apps: readonly string[], asked: string | undefined): string {
  const app = asked === undefined ? apps[0] : apps.find((each) => each === asked);
  if (app !== undefined) return app;
  if (asked !== undefined)
    throw new StepProblem(`--app ${asked}`, `stack ${stack} has no such app`, `Use ${apps.join(" or ")}`);
  throw new StepProblem(`stack ${stack}`, "has nothing on Fly", "Name a stack whose target is fly: `pulumi stack ls`");
}
