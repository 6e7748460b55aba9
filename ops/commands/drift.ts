import type { Command } from "commander";
import { differs } from "../drift/comparison.ts";
import { driftOnFly } from "../drift/fly.ts";
import { driftOnKubernetes } from "../drift/kubernetes/drift.ts";
import { programResources } from "../drift/kubernetes/program.ts";
import { comparePending } from "../drift/pending.ts";
import { formatDrift } from "../drift/report.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { placeOf } from "../lib/stack/place.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { loadStack } from "../lib/stack/source.ts";

interface Options {
  stack: string;
  json: boolean;
  preview: boolean;
}

export function addDrift(program: Command): void {
  program
    .command("drift")
    .description("compare Fly with the last deployment, or the cluster with the program; changes nothing")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--json", "print JSON", false)
    .option("--no-preview", "on Kubernetes, compare with the state alone: faster, but blind after a refresh")
    .addHelpText("after", "\nExit codes: 0 no differences, 2 differences, 1 the comparison could not run.")
    .action(drift);
}

async function drift({ stack, json, preview }: Options): Promise<void> {
  const { resources, pending } = await loadStack(stack);
  const place = placeOf(stack, resources);
  const repeat = `npm run ops -- drift --stack ${stack}`;
  const compared =
    place.target === "fly"
      ? await driftOnFly(stack, resources, repeat)
      : await driftOnKubernetes(stack, place, await expected(), repeat);
  const comparisons = [...comparePending(stack, resources, pending), ...compared];
  const differing = comparisons.filter(differs);
  console.log(
    json
      ? JSON.stringify({ stack, compared: comparisons.length, differing }, null, 2)
      : formatDrift(stack, comparisons),
  );
  process.exitCode = differing.length > 0 ? exitCodes.attention : exitCodes.ok;

  async function expected(): Promise<readonly StackResource[]> {
    if (!preview) return resources;
    const program = await programResources(stack, resources);
    if (program.problem !== undefined)
      console.error(
        `\`pulumi preview --stack ${stack}\` ${program.problem}, so the cluster is compared with the state, ` +
          `in which a refresh hides manual changes. Run the preview, and fix what it prints.`,
      );
    return program.resources;
  }
}
