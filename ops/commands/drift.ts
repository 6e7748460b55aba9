import type { Command } from "commander";
import { StepProblem } from "../../components/fly/driver/problem.ts";
import { compareApp } from "../drift/app.ts";
import { readApp } from "../drift/actual.ts";
import { differs } from "../drift/comparison.ts";
import { expectedApps } from "../drift/expected.ts";
import { formatDrift } from "../drift/report.ts";
import { exitCodes } from "../exit-codes.ts";
import { Questions } from "../fly/questions.ts";
import { loadResources } from "../stack/source.ts";
import { recordedSteps } from "../stack/steps.ts";

interface Options {
  stack: string;
  json: boolean;
}

export function addDrift(program: Command): void {
  program
    .command("drift")
    .description("compare what Fly has with what the last deployment made; changes nothing")
    .requiredOption("--stack <name>", "the stack")
    .option("--json", "for machines", false)
    .addHelpText("after", "\nEnds with 0 where nothing differs, 2 where something does, 1 where it could not be read.")
    .action(drift);
}

async function drift({ stack, json }: Options): Promise<void> {
  const apps = expectedApps(recordedSteps(await loadResources(stack)));
  const repeat = `npm run ops -- drift --stack ${stack}`;
  const [first] = apps;
  if (first === undefined)
    throw new StepProblem(
      `stack ${stack}`,
      "has nothing on Fly",
      "Name a stack whose target is fly: `pulumi stack ls`",
    );
  await new Questions(first.app, repeat).fly.preflight();

  const comparisons = [];
  // One app after the other: each takes up to six questions side by side.
  for (const expected of apps)
    comparisons.push(...compareApp(stack, expected, await readApp(new Questions(expected.app, repeat), expected)));
  const differing = comparisons.filter(differs);
  console.log(
    json
      ? JSON.stringify({ stack, compared: comparisons.length, differing }, null, 2)
      : formatDrift(stack, comparisons),
  );
  process.exitCode = differing.length > 0 ? exitCodes.attention : exitCodes.fine;
}
