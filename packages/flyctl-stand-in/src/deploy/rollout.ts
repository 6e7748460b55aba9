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
  for (const { group, count, standby } of plan.create) {
    call.out(`No machines in group ${group}, launching a new machine\n`);
    const first = launchHealthy(rollout, group, 1);
    if (count === 2) launchHealthy(rollout, group, 2);
    if (standby) launch(rollout, group, [first]);
    await pauseForSignals();
  }
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

function launchHealthy(rollout: Rollout, group: string, nth: number): string {
  const { id } = launch(rollout, group, []);
  if (rollout.waits && !becomesHealthy(rollout, { group, id, nth })) throw neverHealthy(id);
  rollout.call.out(`✔ Machine ${id} [${group}] update finished: success\n`);
  return id;
}

/** Allows a signal to be handled between two steps. */
const pauseForSignals = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
