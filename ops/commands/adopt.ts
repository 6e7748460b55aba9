import type { Command } from "commander";
import { StepProblem } from "../../lib/problem.ts";
import { judgeAdoption } from "../adopt/findings.ts";
import { readLive } from "../adopt/read.ts";
import { formatAdoption } from "../adopt/report.ts";
import { loadDevelopment } from "../lib/development.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { interruptSignal } from "../health/repeat.ts";
import { loadOutputs } from "../lib/stack/outputs.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";

interface Options {
  stack: string;
  json: boolean;
}

export function addAdopt(program: Command): void {
  program
    .command("adopt")
    .description(
      "list what the first deployment would adopt from a manually created Chatwoot in the cluster; changes nothing",
    )
    .requiredOption("--stack <name>", "name of the stack")
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      [
        "",
        "Compares the stack file with the cluster through kubectl. Values of Secrets are never printed.",
        "Exit codes: 0 nothing blocks the adoption, 2 objects block it, 1 the check could not run.",
      ].join("\n"),
    )
    .action(adopt);
}

async function adopt({ stack, json }: Options): Promise<void> {
  // Runs the program in the embedded engine, which only development installs have.
  const { plannedObjects } = await loadDevelopment("adopt", () => import("../adopt/planned.ts"));
  const { objects, context, namespace, keepsSecrets } = await plannedObjects(stack, interruptSignal());
  if (objects.length === 0)
    throw new StepProblem(
      `stack ${stack}`,
      "is on Fly, where the deployment adopts existing resources itself",
      `Run \`pulumi preview --stack ${stack}\``,
    );
  if (await hasOutputs(stack))
    throw new StepProblem(
      `stack ${stack}`,
      "is deployed, and its state says what it manages. This command is for the time before that, or after the loss of the state",
      `Run \`npm run ops -- drift --stack ${stack}\``,
    );
  const kubectl = new Kubectl({ context, namespace }, `npm run ops -- adopt --stack ${stack}`);
  const adoption = judgeAdoption({ stack, planned: objects, live: await readLive(kubectl, objects), keepsSecrets });
  console.log(json ? JSON.stringify({ stack, ...adoption }, null, 2) : formatAdoption(stack, adoption));
  process.exitCode = adoption.obstacles.length === 0 ? exitCodes.ok : exitCodes.attention;
}

/** False also where the state cannot be read: the comparison with the cluster needs none. */
const hasOutputs = (stack: string): Promise<boolean> =>
  loadOutputs(stack).then(
    () => true,
    () => false,
  );
