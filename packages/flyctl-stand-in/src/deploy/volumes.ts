import type { Call } from "../cli/call.ts";
import { FlyError, yesRequired } from "../cli/errors.ts";
import { volumeId } from "../state/ids.ts";
import type { App, Machine } from "../state/types.ts";
import { belongsTo, processNames } from "../toml/groups.ts";
import type { FlyConfig } from "../toml/types.ts";
import { volumeSizeGb } from "../toml/volume-size.ts";
import { groupOf, managed } from "./plan.ts";

const freeVolumes = (app: App, name: string): App["volumes"] =>
  app.volumes.filter((volume) => volume.name === name && volume.attachedMachine === null);

/**
 * The volume changes of a deployment before its release. An app's first deployment creates missing volumes; later ones
 * never create, swap or detach one.
 */
export function prepareVolumes(call: Call, config: FlyConfig): void {
  call.updateApp((app) => {
    if (!app.deployed && managed(app.machines).length === 0) createFirst(call, app, config);
    for (const group of processNames(config)) requireVolumes(call, app, config, group);
  });
}

function createFirst(call: Call, app: App, config: FlyConfig): void {
  const free = new Map<string, number>();
  for (const group of processNames(config)) {
    for (const mount of mountsOf(config, group)) {
      const name = mount.source ?? "";
      const left = free.get(name) ?? freeVolumes(app, name).length;
      free.set(name, Math.max(0, left - 1));
      if (left > 0) continue;
      const size = volumeSizeGb(mount.initial_size ?? "") ?? 1;
      call.out(
        `Creating a ${size} GB volume named '${name}' for process group '${group}'. Use 'fly vol extend' to increase its size\n`,
      );
      const volume = addVolume(app, name, config.primary_region ?? "", size);
      if (mount.snapshot_retention !== undefined) volume.snapshotRetention = mount.snapshot_retention;
    }
  }
}

function requireVolumes(call: Call, app: App, config: FlyConfig, group: string): void {
  const [mount] = mountsOf(config, group);
  const name = mount?.source ?? "";
  const machines = managed(app.machines).filter((machine) => groupOf(machine) === group);
  if (machines.length === 0) {
    if (mount === undefined || freeVolumes(app, name).length > 0) return;
    throw new FlyError(
      `creating a new machine in group '${group}' requires an unattached '${name}' volume. Create it with \`fly volume create ${name}\``,
    );
  }
  for (const { id, config: had } of machines) {
    const [attached] = had.mounts ?? [];
    if (mount === undefined && attached !== undefined) {
      call.err(
        `Warning! machine ${id} [${group}] has a volume mounted but app config does not specify a volume.\nThis usually indicates a misconfiguration.\n`,
      );
      throw yesRequired();
    }
    if (mount !== undefined && attached !== undefined && attached.name !== name) {
      throw new FlyError(
        `machine ${id} [${group}] can't update the attached volume ${name} with name '${attached.volume}' by '${attached.name}'`,
      );
    }
    if (mount !== undefined && attached === undefined) {
      throw new FlyError("the sandbox's flyctl does not replace machines to attach a volume");
    }
  }
}

const mountsOf = (config: FlyConfig, group: string): readonly NonNullable<FlyConfig["mounts"]>[number][] =>
  (config.mounts ?? []).filter((mount) => belongsTo(config, group, mount));

export function attachVolume(app: App, machine: Machine): void {
  const mount = machine.config.mounts?.[0];
  if (mount === undefined) return;
  const volume = freeVolumes(app, mount.name)[0];
  if (volume === undefined) {
    const group = machine.config.metadata.fly_process_group ?? "";
    throw new FlyError(
      `New machine in group '${group}' needs an unattached volume named '${mount.name}' in region '${machine.region}'`,
    );
  }
  volume.attachedMachine = machine.id;
  mount.volume = volume.id;
}

export function addVolume(app: App, name: string, region: string, sizeGb: number): App["volumes"][number] {
  const volume = {
    id: volumeId(),
    name,
    region,
    sizeGb,
    encrypted: true,
    attachedMachine: null,
    createdAt: new Date().toISOString(),
  };
  app.volumes.push(volume);
  return volume;
}
