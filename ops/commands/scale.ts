import type { Command } from "commander";
import { exitCodes } from "../lib/exit-codes.ts";
import { Questions } from "../lib/fly/questions.ts";
import { expectedApps } from "../drift/expected.ts";
import { scalingOf } from "../scale/bounds.ts";
import { machineToAsk, readMachines, inGroup, workersAmong } from "../scale/machines.ts";
import { readQueues } from "../scale/queues.ts";
import { configLine, flyctlArgs, formatProposal } from "../scale/report.ts";
import { propose, type Action, type Proposal, type Situation } from "../scale/rule.ts";
import { loadResources } from "../lib/stack/source.ts";
import { recordedSteps, type RecordedStep } from "../lib/stack/steps.ts";
import { memoryOfGroup } from "../drift/sizes.ts";

interface Options {
  stack: string;
  apply: boolean;
  json: boolean;
}

/** New machines pull the image, and changed ones stop and start. */
const applySeconds = 600;

export function addScale(program: Command): void {
  program
    .command("scale")
    .description("look at Sidekiq's queues and propose more or fewer workers, within chatwoot:fly.scaling")
    .requiredOption("--stack <name>", "the stack")
    .option("--apply", "do what is proposed", false)
    .option("--json", "for machines", false)
    .addHelpText(
      "after",
      "\nEnds with 0 where nothing is to be done, or it was done; 2 where something is; 1 on failure.",
    )
    .action(scale);
}

async function scale({ stack, apply, json }: Options): Promise<void> {
  const steps = recordedSteps(await loadResources(stack));
  const { app, bounds } = scalingOf(stack, steps);
  const ask = new Questions(app, `npm run ops -- scale --stack ${stack}`);
  await ask.fly.preflight();
  const machines = await readMachines(ask);
  const queues = await readQueues(ask, machineToAsk(app, machines));
  const workers = workersAmong(machines);
  const situation: Situation = {
    queues,
    workers,
    webCount: machines.filter(inGroup("web")).length,
    configuredMemoryMb: configuredMemoryMb(app, steps) ?? workers.memoryMb,
    bounds,
  };
  const proposal = propose(situation);
  console.log(
    json
      ? JSON.stringify({ stack, app, queues, workers, ...proposal }, null, 2)
      : formatProposal(app, situation, proposal),
  );
  if (apply) await applyAll(ask, proposal.actions);
  if (!json) explain(stack, app, proposal, apply);
  const open = proposal.blocked || (proposal.actions.length > 0 && !apply);
  process.exitCode = open ? exitCodes.attention : exitCodes.fine;
}

async function applyAll(ask: Questions, actions: readonly Action[]): Promise<void> {
  for (const action of actions) await ask.text(flyctlArgs(action), { timeoutSeconds: applySeconds });
}

function explain(stack: string, app: string, { actions, toConfiguration }: Proposal, done: boolean): void {
  if (actions.length === 0) return;
  const commands = actions.map((action) => `  flyctl ${flyctlArgs(action).join(" ")} --app ${app}`);
  const lines = done
    ? ["Done:", ...commands]
    : [`To do it: npm run ops -- scale --stack ${stack} --apply, which runs`, ...commands];
  const keep = [
    "A later `pulumi up` keeps it only if the configuration says so:",
    ...actions.map((action) => `  ${configLine(stack, action)}`),
  ];
  console.log([...lines, ...(toConfiguration ? [] : keep)].join("\n"));
}

function configuredMemoryMb(app: string, steps: readonly RecordedStep[]): number | undefined {
  const config = expectedApps(steps).find((expected) => expected.app === app)?.config;
  return config === undefined ? undefined : memoryOfGroup(config, "worker");
}
