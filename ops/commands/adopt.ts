import type { Command } from "commander";
import { StepProblem } from "../../lib/problem.ts";
import { judgeAdoption } from "../adopt/findings.ts";
import { readLive } from "../adopt/read.ts";
import { formatAdoption } from "../adopt/report.ts";
import { loadDevelopment } from "../lib/development.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { endSignal } from "../health/repeat.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";

interface Options {
  stack: string;
  json: boolean;
}

export function addAdopt(program: Command): void {
  program
    .command("adopt")
    .description(
      "before the first deployment over a Chatwoot made by hand in a cluster: what is taken over; reads only",
    )
    .requiredOption("--stack <name>", "the stack")
    .option("--json", "for machines", false)
    .addHelpText(
      "after",
      [
        "",
        "Compares what the stack file asks for with what the cluster has, by kubectl. Values of Secrets are never shown.",
        "Ends with 0 where nothing is in the way, 2 where something is to be done first, 1 where it could not be asked.",
      ].join("\n"),
    )
    .action(adopt);
}

async function adopt({ stack, json }: Options): Promise<void> {
  // It runs the program in the embedded engine, which only development installs have.
  const { plannedObjects } = await loadDevelopment("adopt", () => import("../adopt/planned.ts"));
  const { objects, context, namespace, keepsSecrets } = await plannedObjects(stack, endSignal());
  if (objects.length === 0)
    throw new StepProblem(
      `stack ${stack}`,
      "is on Fly, where the deployment takes over what it finds by itself",
      `Run \`pulumi preview --stack ${stack}\``,
    );
  const kubectl = new Kubectl({ context, namespace }, `npm run ops -- adopt --stack ${stack}`);
  const adoption = judgeAdoption({ stack, planned: objects, live: await readLive(kubectl, objects), keepsSecrets });
  console.log(json ? JSON.stringify({ stack, ...adoption }, null, 2) : formatAdoption(stack, adoption));
  process.exitCode = adoption.obstacles.length === 0 ? exitCodes.fine : exitCodes.attention;
}
