import type { Command } from "commander";
import { exitCodes } from "../lib/exit-codes.ts";
import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { expectedApps } from "../drift/expected.ts";
import { scalingOf } from "../scale/bounds.ts";
import { chooseMachine, readMachines } from "../scale/machines.ts";
import { readQueues } from "../scale/queues.ts";
import { configLine, flyctlArgs, formatProposal } from "../scale/report.ts";
import { propose, type Action, type Proposal } from "../scale/rule.ts";
import { situations } from "../scale/situations.ts";
import { formatTiers, isAtLimit, readTiers } from "../scale/cluster.ts";
import { Kubectl, type KubectlPlace } from "../lib/kubernetes/kubectl.ts";
import { findPlace } from "../lib/stack/place.ts";
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
    .description("propose more or fewer workers on Fly; print the autoscalers' bounds in a cluster")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--apply", "apply the proposal", false)
    .option("--json", "print JSON", false)
    .addHelpText("after", "\nExit codes: 0 nothing to change or applied, 2 a change is proposed, 1 failed.")
    .action(scale);
}

async function scale({ stack, apply, json }: Options): Promise<void> {
  const resources = await loadResources(stack);
  const place = findPlace(resources);
  if (place?.target === "kubernetes") return scaleInCluster(stack, place, json);
  const steps = recordedSteps(resources);
  const { app, bounds } = scalingOf(stack, steps);
  const ask = new AppFlyctl(app, `npm run ops -- scale --stack ${stack}`);
  await ask.fly.preflight();
  const machines = await readMachines(ask);
  const queues = await readQueues(ask, chooseMachine(app, machines));
  const found = situations(machines, queues, bounds, configuredMemoryMb(app, steps)).map((situation) => ({
    group: situation.group ?? "worker",
    situation,
    proposal: propose(situation),
  }));
  const [main, ...groups] = found.map(({ group, situation: { queues, workers }, proposal }) => ({
    ...{ queues, workers, ...proposal },
    ...(group === "worker" ? {} : { group }),
  }));
  console.log(
    json
      ? JSON.stringify({ stack, app, ...main, ...(groups.length > 0 && { groups }) }, null, 2)
      : found.map(({ situation, proposal }) => formatProposal(app, situation, proposal)).join("\n"),
  );
  for (const { group, proposal } of found) {
    if (apply) await applyAll(ask, proposal.actions, group);
    if (!json) explain(stack, app, proposal, { done: apply, group });
  }
  const open = found.some(({ proposal }) => proposal.blocked || (proposal.actions.length > 0 && !apply));
  process.exitCode = open ? exitCodes.attention : exitCodes.ok;
}

/** In a cluster, the autoscalers change the counts; this prints where they stand. */
async function scaleInCluster(stack: string, place: KubectlPlace, json: boolean): Promise<void> {
  const tiers = await readTiers(new Kubectl(place, `npm run ops -- scale --stack ${stack}`));
  console.log(json ? JSON.stringify({ stack, tiers }, null, 2) : formatTiers(tiers, stack));
  process.exitCode = tiers.some(isAtLimit) ? exitCodes.attention : exitCodes.ok;
}

async function applyAll(ask: AppFlyctl, actions: readonly Action[], group: string): Promise<void> {
  for (const action of actions) await ask.text(flyctlArgs(action, group), { timeoutSeconds: applySeconds });
}

function explain(
  stack: string,
  app: string,
  { actions, toConfiguration }: Proposal,
  { done, group }: { done: boolean; group: string },
): void {
  if (actions.length === 0) return;
  const commands = actions.map((action) => `  flyctl ${flyctlArgs(action, group).join(" ")} --app ${app}`);
  const lines = done
    ? ["Done:", ...commands]
    : [`To apply it, run npm run ops -- scale --stack ${stack} --apply, which runs`, ...commands];
  const keep = [
    "The next `pulumi up` reverts it unless you also set:",
    ...actions.map((action) => `  ${configLine(stack, action, group)}`),
  ];
  console.log([...lines, ...(toConfiguration ? [] : keep)].join("\n"));
}

function configuredMemoryMb(app: string, steps: readonly RecordedStep[]): number | undefined {
  const config = expectedApps(steps).find((expected) => expected.app === app)?.config;
  return config === undefined ? undefined : memoryOfGroup(config, "worker");
}
