import { label } from "./machine-faults.ts";
import { Progress } from "./progress.ts";
import { replaceAll } from "./bluegreen.ts";
import { acquireLeases } from "./leases.ts";
import { removeMachine } from "./machines.ts";
import { becomesHealthy, launch, neverHealthy, nextConfig, update, type Rollout } from "./one-machine.ts";
import { groupOf, type DeployPlan } from "./plan.ts";
import { updateAll } from "./rolling.ts";

/** Executes a plan: destroys old groups, creates machines of new groups, updates or replaces existing machines. */
export async function rollOut(rollout: Rollout, plan: DeployPlan): Promise<void> {
  const { call } = rollout;
  for (const machine of plan.remove) {
    call.updateApp((app) => removeMachine(app, machine.id));
    call.out(`Destroyed ${machine.id} of group ${groupOf(machine)}\n`);
  }
  const total = plan.create.reduce((sum, { count, standby }) => sum + count + (standby ? 1 : 0), 0);
  const progress = new Progress(call, total);
  if (total > 0) call.out("This deployment will:\n");
  for (const { group, count } of plan.create) {
    call.out(` * create ${count} "${group}" machine${count === 1 ? "" : "s"}\n`);
  }
  if (total > 0) call.out("\n");
  for (const { group, count, standby } of plan.create) {
    const first = launchHealthy(rollout, progress, group, 1);
    if (count === 2) launchHealthy(rollout, progress, group, 2);
    if (standby) launch(rollout, group, [first]);
    await pauseForSignals();
  }
  if (total > 0) call.err("Finished launching new machines\n");
  await pauseForSignals();
  const machines = plan.update.flatMap((each) => each.machines);
  await acquireLeases(call, machines);
  if (machines.length === 0) return;
  if (rollout.strategy === "bluegreen") {
    await replaceAll(rollout, machines, (machine) => nextConfig(rollout, groupOf(machine), machine));
  } else {
    await updateAll(rollout, machines, (target) => update(rollout, target));
  }
}

function launchHealthy(rollout: Rollout, progress: Progress, group: string, nth: number): string {
  const key = `${group} ${nth}`;
  progress.begin(key);
  progress.step(key, "Launching new machine");
  if (nth === 1) rollout.call.out(`No machines in group ${group}, launching a new machine\n`);
  const target = { group, id: launch(rollout, group, []).id, nth };
  progress.step(key, `Machine ${label(target)} was created`);
  if (rollout.waits && !becomesHealthy(rollout, target)) throw neverHealthy(rollout.call, target.id);
  progress.success(key, `Machine ${label(target)} update finished: success`);
  return target.id;
}

/** Allows a signal to be handled between two steps. */
const pauseForSignals = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
