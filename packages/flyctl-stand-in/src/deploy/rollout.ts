import { FlyError } from "../cli/errors.ts";
import { replaceAll } from "./bluegreen.ts";
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
  await holdLeases(rollout, plan);
  const machines = plan.update.flatMap((each) => each.machines);
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

/** flyctl retries a held lease for a minute; the stand-in waits the shorter ones out and refuses the longer ones. */
async function holdLeases({ call }: Rollout, plan: DeployPlan): Promise<void> {
  const seconds = call.deployFaults.leaseHeld ?? 0;
  const machine = plan.update[0]?.machines[0];
  if (seconds <= 0 || machine === undefined) return;
  if (seconds < 60) return call.sleep(seconds);
  const expires = new Date(Date.now() + seconds * 1000).toISOString();
  throw new FlyError(
    `failed to acquire leases: failed to get lease on VM ${machine.id}: lease currently held by someone@sandbox.example, expires at ${expires}`,
  );
}

/** Allows a signal to be handled between two steps. */
const pauseForSignals = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
