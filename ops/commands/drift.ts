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
    .description("compare what Fly or the cluster has with what the last deployment made; changes nothing")
    .requiredOption("--stack <name>", "the stack")
    .option("--json", "for machines", false)
    .addHelpText("after", "\nEnds with 0 where nothing differs, 2 where something does, 1 where it could not be read.")
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
  process.exitCode = differing.length > 0 ? exitCodes.attention : exitCodes.fine;
}
