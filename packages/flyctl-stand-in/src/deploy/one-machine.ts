import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import type { App, Machine, MachineConfig, Release } from "../state/types.ts";
import { belongsTo } from "../toml/groups.ts";
import { checkGuest } from "../toml/guest.ts";
import { groupMachineConfig } from "../toml/machine-config.ts";
import type { FlyConfig, Mount } from "../toml/types.ts";
import { volumeSizeGb } from "../toml/volume-size.ts";
import { failChecks } from "./checks.ts";
import { faultOf, outputOf, type Target } from "./machine-faults.ts";
import { createMachine, updateMachine } from "./machines.ts";
import { staysStopped } from "./plan.ts";
import { begin } from "./process.ts";
import { attachVolume } from "./volumes.ts";

export interface Rollout {
  readonly call: Call;
  readonly config: FlyConfig;
  readonly release: Release;
  readonly strategy: string;
  /** A number if at least 1, otherwise a fraction of a group. */
  readonly maxUnavailable: number;
  /** The size of a new machine without a `[[vm]]`, from the `--vm-*` flags. */
  readonly defaultGuest: MachineConfig["guest"];
  /** Whether to wait for healthy machines. */
  readonly waits: boolean;
  /** Whether such a wait can succeed. */
  readonly canBecomeHealthy: boolean;
}

/** Creates a machine of a group; a standby is created but not started. */
export function launch(rollout: Rollout, group: string, standbys: readonly string[]): Machine {
  const config = newConfig(rollout, group, rollout.defaultGuest);
  if (standbys.length > 0) {
    config.standbys = standbys;
    config.env.FLY_STANDBY_FOR = standbys.join(",");
  }
  return create(rollout, config, {
    region: rollout.config.primary_region ?? "",
    start: !staysStopped(undefined, standbys),
    cordoned: false,
  });
}

interface Placement {
  readonly region: string;
  readonly start: boolean;
  readonly cordoned: boolean;
}

export function create({ call }: Rollout, config: MachineConfig, placement: Placement): Machine {
  return call.updateApp((app) => {
    const minSecretsVersion = call.configFolder.minimumSecretsVersion(app.name);
    const machine = createMachine(app, { config, minSecretsVersion, ...placement });
    attachVolume(app, machine);
    begin(call, app, machine);
    return machine;
  });
}

/** Applies the new config to a machine. A stopped machine is not started. */
export function update(rollout: Rollout, { group, id }: Target): void {
  const { call } = rollout;
  call.updateApp((app) => {
    const machine = existing(app, id);
    const config = nextConfig(rollout, group, machine);
    updateMachine(app, machine, config, call.configFolder.minimumSecretsVersion(app.name));
    begin(call, app, machine);
  });
}

/** The new config of a machine. Its volume and settings of `machine run` and `machine update` are kept. */
export function nextConfig(rollout: Rollout, group: string, machine: Machine): MachineConfig {
  const { config: old } = machine;
  const config = newConfig(rollout, group, old.guest);
  const kept = {
    ...(old.schedule === undefined ? {} : { schedule: old.schedule }),
    ...(old.auto_destroy === undefined ? {} : { auto_destroy: old.auto_destroy }),
    ...(old.dns === undefined ? {} : { dns: old.dns }),
    ...(old.standbys === undefined || config.services !== undefined ? {} : { standbys: old.standbys }),
  };
  const [mount] = config.mounts ?? [];
  const [attached] = old.mounts ?? [];
  const mounts =
    mount === undefined || attached === undefined
      ? {}
      : { mounts: [{ ...mount, name: attached.name, volume: attached.volume }] };
  return { ...config, ...kept, ...mounts, metadata: { ...old.metadata, ...config.metadata } };
}

function newConfig(rollout: Rollout, group: string, guest: MachineConfig["guest"]): MachineConfig {
  const { id, version, imageRef } = rollout.release;
  try {
    const config = groupMachineConfig(rollout.config, group, { id, version, image: imageRef }, guest);
    checkGuest(config.guest);
    const mount = (rollout.config.mounts ?? []).find((each) => belongsTo(rollout.config, group, each));
    if (mount !== undefined) config.mounts = [machineMount(mount)];
    return config;
  } catch (error) {
    const isApi = (error as Error).message.startsWith("failed to launch VM");
    const start = isApi ? "error creating a new machine" : "error creating machine configuration";
    throw new FlyError(`${start}: ${(error as Error).message}`);
  }
}

/** Sizes are in GB; the volume is known when the machine is created. */
const machineMount = (mount: Mount): NonNullable<MachineConfig["mounts"]>[number] => ({
  path: mount.destination ?? "",
  name: mount.source ?? "",
  volume: "",
  ...(mount.auto_extend_size_threshold !== undefined && {
    extend_threshold_percent: mount.auto_extend_size_threshold,
    add_size_gb: volumeSizeGb(mount.auto_extend_size_increment ?? "") ?? 0,
    size_gb_limit: volumeSizeGb(mount.auto_extend_size_limit ?? "") ?? 0,
  }),
});

/** Whether a machine becomes healthy: at once, unless a fault is set, which also makes its checks critical. */
export function becomesHealthy(rollout: Rollout, target: Target): boolean {
  const { call } = rollout;
  const fault = faultOf(call.deployFaults.healthCheck, target);
  if (fault !== undefined) call.updateApp((app) => failChecks(existing(app, target.id), outputOf(fault)));
  return fault === undefined && rollout.canBecomeHealthy;
}

export const neverHealthy = ({ appName }: Call, id: string): FlyError =>
  new FlyError(
    `timeout reached waiting for health checks to pass for machine ${id}: failed to get VM ${id}: Get "https://api.machines.dev/v1/apps/${appName}/machines/${id}": net/http: request canceled`,
  );

export function existing(app: App, id: string): Machine {
  const machine = app.machines.find((each) => each.id === id);
  if (machine === undefined) throw new FlyError(`failed to update machine ${id}: machine not found`);
  return machine;
}
