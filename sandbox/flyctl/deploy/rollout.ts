import type { Call } from "../cli/call.ts";
import { CancelledError, FlyError } from "../cli/errors.ts";
import type { Machine, MachineConfig, Release } from "../state/types.ts";
import { belongsTo } from "../toml/groups.ts";
import { checkGuest } from "../toml/guest.ts";
import { groupMachineConfig } from "../toml/machine-config.ts";
import type { FlyConfig } from "../toml/types.ts";
import { failChecks } from "./checks.ts";
import { createMachine, removeMachine, updateMachine } from "./machines.ts";
import { groupOf, staysStopped, type DeployPlan } from "./plan.ts";
import { begin } from "./process.ts";
import { attachVolume, requireVolumes } from "./volumes.ts";

export interface Rollout {
  readonly call: Call;
  readonly config: FlyConfig;
  readonly release: Release;
  readonly strategy: string;
  /** The size of a new machine that no `[[vm]]` covers: from the `--vm-*` flags. */
  readonly defaultGuest: MachineConfig["guest"];
  /** Whether a machine's wait for health can succeed at all. */
  readonly waits: boolean;
  readonly canBecomeHealthy: boolean;
}

/** Carries a plan out: old groups go, new groups get machines, existing machines are updated group by group. */
export async function rollOut(rollout: Rollout, plan: DeployPlan): Promise<void> {
  const { call } = rollout;
  call.updateApp((app) => requireVolumes(app, rollout.config, plan));
  for (const machine of plan.remove) {
    call.updateApp((app) => removeMachine(app, machine.id));
    call.out(`Destroyed ${machine.id} of group ${groupOf(machine)}\n`);
  }
  for (const { group, count, standby } of plan.create) {
    call.out(`No machines in group ${group}, launching a new machine\n`);
    const first = launch(rollout, group, []);
    await settle(rollout, group, first);
    if (count === 2) await settle(rollout, group, launch(rollout, group, []));
    if (standby) launch(rollout, group, [first.id]);
  }
  await pauseForSignals();
  await holdLeases(rollout, plan);
  if (rollout.strategy === "bluegreen") await replaceAll(rollout, plan);
  else await updateAll(rollout, plan);
}

/** Groups go on side by side, one machine at a time; the first failure of one cancels the others. */
async function updateAll(rollout: Rollout, plan: DeployPlan): Promise<void> {
  const { call } = rollout;
  const failing = call.deployFaults.updateError;
  const rounds = Math.max(0, ...plan.update.map(({ machines }) => machines.length));
  let unhealthy: unknown;
  const stopped = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    if (round === 0 && plan.update.some(({ group }) => group === failing)) throw updateRefused(plan, failing ?? "");
    for (const { group, machines } of plan.update) {
      const machine = machines[round];
      if (machine === undefined || stopped.has(group)) continue;
      const updated = update(rollout, group, machine);
      try {
        await settle(rollout, group, updated);
      } catch (error) {
        // Machines that are updated stay on the new image, healthy or not: nothing is rolled back.
        unhealthy ??= error;
        stopped.add(group);
      }
    }
    await pauseForSignals();
  }
  if (unhealthy instanceof Error) throw unhealthy;
}

/** With a second group under way its update is cancelled, and flyctl ends with 127 and no message. */
function updateRefused(plan: DeployPlan, group: string): Error {
  if (plan.update.length > 1) return new CancelledError();
  const machine = plan.update.find((each) => each.group === group)?.machines[0];
  return new FlyError(
    `failed to update machine ${machine?.id ?? ""}: failed to update VM ${machine?.id ?? ""}: unknown: internal server error`,
  );
}

/** Bluegreen: a whole new set, and only when all of it is healthy the old set goes. */
async function replaceAll(rollout: Rollout, plan: DeployPlan): Promise<void> {
  const { call } = rollout;
  const green: Machine[] = [];
  try {
    for (const { group, machines } of plan.update) {
      for (const _ of machines) {
        const machine = launch(rollout, group, []);
        green.push(machine);
        await settle(rollout, group, machine);
      }
    }
  } catch {
    call.err("\nRolling back failed deployment\n");
    call.updateApp((app) => green.forEach((machine) => removeMachine(app, machine.id)));
    throw new FlyError("could not get all green machines to be healthy");
  }
  const blue = plan.update.flatMap(({ machines }) => machines);
  call.updateApp((app) => blue.forEach((machine) => removeMachine(app, machine.id)));
}

function launch(rollout: Rollout, group: string, standbys: readonly string[]): Machine {
  const { call } = rollout;
  return call.updateApp((app) => {
    const config = machineConfig(rollout, group, rollout.defaultGuest);
    if (standbys.length > 0) {
      config.standbys = standbys;
      config.env.FLY_STANDBY_FOR = standbys.join(",");
    }
    const machine = createMachine(app, {
      config,
      region: rollout.config.primary_region ?? "",
      start: !staysStopped(undefined, standbys),
      minSecretsVersion: call.configFolder.minimumSecretsVersion(app.name),
    });
    attachVolume(app, machine);
    begin(call, app, machine);
    return machine;
  });
}

function update(rollout: Rollout, group: string, target: Machine): Machine {
  const { call } = rollout;
  call.out(`Updating machine ${target.id} [${group}]\n`);
  return call.updateApp((app) => {
    const machine = app.machines.find((each) => each.id === target.id);
    if (machine === undefined) throw new FlyError(`failed to update machine ${target.id}: machine not found`);
    const config = machineConfig(rollout, group, machine.config.guest);
    const standbys = machine.config.standbys ?? [];
    if (standbys.length > 0 && config.services === undefined) config.standbys = standbys;
    if (machine.config.mounts !== undefined && config.mounts !== undefined) config.mounts = machine.config.mounts;
    updateMachine(app, machine, config, call.configFolder.minimumSecretsVersion(app.name));
    begin(call, app, machine);
    return machine;
  });
}

function machineConfig(rollout: Rollout, group: string, guest: MachineConfig["guest"]): MachineConfig {
  const { id, version, imageRef } = rollout.release;
  try {
    const config = groupMachineConfig(rollout.config, group, { id, version, image: imageRef }, guest);
    checkGuest(config.guest);
    const mount = (rollout.config.mounts ?? []).find((each) => belongsTo(rollout.config, group, each));
    if (mount !== undefined) config.mounts = [{ path: mount.destination ?? "", name: mount.source ?? "", volume: "" }];
    return config;
  } catch (error) {
    const isApi = (error as Error).message.startsWith("failed to launch VM");
    const start = isApi ? "error creating a new machine" : "error creating machine configuration";
    throw new FlyError(`${start}: ${(error as Error).message}`);
  }
}

/** Waits for a started machine to be healthy: in the sandbox at once, unless a fault says never. */
async function settle(rollout: Rollout, group: string, machine: Machine): Promise<void> {
  const { call } = rollout;
  if (machine.state !== "started" || !rollout.waits) return pauseForSignals();
  const failing = [call.deployFaults.healthCheck ?? []].flat().includes(group);
  if (failing) {
    call.updateApp((app) => {
      const found = app.machines.find((each) => each.id === machine.id);
      if (found !== undefined) failChecks(found);
    });
  }
  const unchecked = machine.checks.length === 0 && rollout.strategy === "bluegreen";
  if ((failing && !unchecked) || !rollout.canBecomeHealthy) {
    throw new FlyError(
      `timeout reached waiting for health checks to pass for machine ${machine.id}: failed to get VM ${machine.id}: request returned non-2xx status: 408`,
      { suggestion: "You can try increasing the timeout with the --wait-timeout flag" },
    );
  }
  call.out(`✔ Machine ${machine.id} [${group}] update succeeded\n`);
  return pauseForSignals();
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

/** Lets a signal be noticed between two steps. */
const pauseForSignals = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
