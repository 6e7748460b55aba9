import type { Command } from "commander";
import { differs } from "../drift/comparison.ts";
import { driftOnFly } from "../drift/fly.ts";
import { driftOnKubernetes } from "../drift/kubernetes/drift.ts";
import { comparePending } from "../drift/pending.ts";
import { formatDrift } from "../drift/report.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadStack } from "../lib/stack/source.ts";

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
  const { resources, pending } = await loadStack(stack);
  const place = placeOf(stack, resources);
  const repeat = `npm run ops -- drift --stack ${stack}`;
  const compared =
    place.target === "fly"
      ? await driftOnFly(stack, resources, repeat)
      : await driftOnKubernetes(stack, place, resources, repeat);
  const comparisons = [...comparePending(stack, resources, pending), ...compared];
  const differing = comparisons.filter(differs);
  console.log(
    json
      ? JSON.stringify({ stack, compared: comparisons.length, differing }, null, 2)
      : formatDrift(stack, comparisons),
  );
  process.exitCode = differing.length > 0 ? exitCodes.attention : exitCodes.ok;
}
