import { InvalidArgumentError, Option, type Command } from "commander";
import { migrateFacts } from "../../components/chatwoot/facts/migrate.ts";
import { suffixOf } from "../../components/support/handover-names.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { compactUtc } from "../logs/save.ts";
import { formatBaseline, lastBaseline, readBaseline, recordBaseline } from "../pipeline/baseline.ts";
import { runCheck } from "../pipeline/check.ts";
import { requireTables } from "../pipeline/facts.ts";
import { spanOfMinutes } from "../pipeline/measure.ts";
import { runReport } from "../pipeline/report.ts";
import { saveEvidence } from "../pipeline/save.ts";
import { withFacts } from "../pipeline/session.ts";
import { pipelineSource } from "../pipeline/source.ts";
import { workflow } from "../pipeline/workflow.ts";

interface Options {
  stack?: string;
  json: boolean;
}

const databaseHelp = "\nWithout --stack, the database is DATABASE_URL and the default targets apply.";

export function addPipeline(program: Command): void {
  const pipeline = program
    .command("pipeline")
    .description("check the support pipeline from its facts, record a baseline, report on a week")
    .addHelpText("after", databaseHelp);
  const add = (name: string, description: string, after = ""): Command =>
    pipeline
      .command(name)
      .description(description)
      .option("--stack <name>", "name of the stack")
      .option("--json", "print JSON", false)
      .addHelpText("after", `${after}${databaseHelp}`);
  const minutes = (fallback: number): Option =>
    new Option("--minutes <count>", "minutes to look back").argParser(wholeMinutes).default(fallback);

  add("check", "compare success rate, dead letters and response time with the targets; changes nothing")
    .addOption(minutes(15))
    .option("--allow-quiet", "accept few or no deliveries", false)
    .addHelpText("after", "\nExit codes: 0 healthy, 2 a target is missed, 1 the facts could not be read.")
    .action(check);
  add("baseline", "measure the pipeline and record the result in support_baseline")
    .addOption(minutes(60))
    .action(baseline);
  add("report", "report on the last seven whole days compared with the week before, as Markdown with charts")
    .addOption(
      new Option(
        "--until <date>",
        "day after the last day of the report, such as 2026-11-23 (default: today)",
      ).argParser(day),
    )
    .addHelpText(
      "after",
      "\nA pipeline that started today is reported up to now. Saves artifacts/ops/support-weekly-<date>.md.\nExit codes: 0 targets met, 2 a target is missed, 1 the facts could not be read.",
    )
    .action(report);
  add("migrate", "migrate the tables of the facts; drops nothing and can be repeated").action(migrate);
  pipeline
    .command("workflow")
    .description("print a GitHub workflow that runs the checks and reports on support.schedules")
    .requiredOption("--stack <name>", "name of the stack")
    .action(printWorkflow);
}

function wholeMinutes(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 44_640)
    throw new InvalidArgumentError("Use a whole number of minutes from 1 to 44640, such as 15.");
  return count;
}

function day(text: string): Date {
  const at = new Date(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError("Use a date such as 2026-11-23.");
  return at;
}

async function check({ stack, json, minutes, allowQuiet }: Options & { minutes: number; allowQuiet: boolean }) {
  await withFacts(stack, "pipeline check", async (client, source) => {
    const { found, text, healthy } = await runCheck(client, source, { minutes, allowQuiet, stack });
    console.log(json ? JSON.stringify(found, null, 2) : text);
    await saveEvidence(
      `pipeline-check-${compactUtc(found.to)}.json`,
      `${JSON.stringify({ ...found, text }, null, 2)}\n`,
    );
    process.exitCode = healthy ? exitCodes.ok : exitCodes.attention;
  });
}

async function baseline({ stack, json, minutes }: Options & { minutes: number }): Promise<void> {
  await withFacts(stack, "pipeline baseline", async (client, source) => {
    const { name, targets, flags } = source;
    await requireTables(client, ["dashboard_facts", "support_baseline"], source);
    const before = await lastBaseline(client);
    const { baseline: now, measured } = await readBaseline(client, await spanOfMinutes(client, minutes));
    if (measured.deliveries < targets.minimumDeliveries) {
      console.error(
        `${name}: nothing was recorded: ${measured.deliveries} deliveries in ${minutes} minutes, below the minimum of ` +
          `${targets.minimumDeliveries}. Measure a longer time: npm run ops -- pipeline baseline${flags} --minutes ${minutes * 4}`,
      );
      process.exitCode = exitCodes.attention;
      return;
    }
    await recordBaseline(client, now);
    const text = formatBaseline(name, now, before);
    console.log(json ? JSON.stringify({ name, minutes, baseline: now, before: before ?? null }, null, 2) : text);
    await saveEvidence(`pipeline-baseline-${compactUtc(now.capturedAt as Date)}.json`, `${JSON.stringify(now)}\n`);
  });
}

async function report({ stack, json, until }: Options & { until?: Date }): Promise<void> {
  await withFacts(stack, "pipeline report", async (client, source) => {
    const made = await runReport(client, source, until);
    process.stdout.write(json ? `${JSON.stringify(made.found, null, 2)}\n` : made.text);
    const path = await saveEvidence(`support-weekly-${made.lastDay}.md`, made.text);
    console.error(`Saved to ${path}`);
    process.exitCode = made.met ? exitCodes.ok : exitCodes.attention;
  });
}

async function migrate({ stack, json }: Options): Promise<void> {
  await withFacts(stack, "pipeline migrate", async (client, { name, flags }) => {
    const found = await migrateFacts(client, `npm run ops -- pipeline migrate${flags}`);
    const { ran, rebuilt, drift } = found;
    const lines = [
      ...(ran.length === 0 ? ["  nothing to migrate"] : ran.map((each) => `  ran ${each}`)),
      ...rebuilt.map((each) => `  rebuilt the index ${each}`),
      ...drift.map(({ table, problem }) => `  ${table} ${problem}`),
    ];
    console.log(
      json ? JSON.stringify({ name, ...found }, null, 2) : [`${name}: tables of the facts`, ...lines].join("\n"),
    );
    process.exitCode = drift.length === 0 ? exitCodes.ok : exitCodes.attention;
  });
}

async function printWorkflow({ stack }: { stack: string }): Promise<void> {
  const { schedules, targets } = await pipelineSource(stack, { DATABASE_URL: "none" });
  process.stdout.write(workflow({ stack, schedules, targets }, `DATABASE_URL_${suffixOf(stack)}`));
}
