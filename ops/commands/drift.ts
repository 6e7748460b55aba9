import type { Command } from "commander";
import { differs } from "../drift/comparison.ts";
import { driftOnFly } from "../drift/fly.ts";
import { driftOnKubernetes } from "../drift/kubernetes/drift.ts";
import { formatDrift } from "../drift/report.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadResources } from "../lib/stack/source.ts";

interface Options {
  stack: string;
  json: boolean;
}

export function addDrift(program: Command): void {
  program
    .command("drift")
    .description("compare Fly or the cluster with the last deployment; changes nothing")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--json", "print JSON", false)
    .addHelpText("after", "\nExit codes: 0 no differences, 2 differences, 1 the comparison could not run.")
    .action(drift);
}

async function drift({ stack, json }: Options): Promise<void> {
  const resources = await loadResources(stack);
  const place = placeOf(stack, resources);
  const repeat = `npm run ops -- drift --stack ${stack}`;
  const comparisons =
    place.target === "fly"
      ? await driftOnFly(stack, resources, repeat)
      : await driftOnKubernetes(stack, place, resources, repeat);
  const differing = comparisons.filter(differs);
  console.log(
    json
      ? JSON.stringify({ stack, compared: comparisons.length, differing }, null, 2)
      : formatDrift(stack, comparisons),
  );
  process.exitCode = differing.length > 0 ? exitCodes.attention : exitCodes.ok;
}
