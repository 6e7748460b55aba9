import { FlyError } from "../cli/errors.ts";
import { volumeId } from "../state/ids.ts";
import type { App, Machine } from "../state/types.ts";
import { belongsTo } from "../toml/groups.ts";
import type { FlyConfig } from "../toml/types.ts";
import type { DeployPlan } from "./plan.ts";

const freeVolumes = (app: App, name: string): App["volumes"] =>
  app.volumes.filter((volume) => volume.name === name && volume.attachedMachine === null);

/** A new group with a mount needs a volume that is there already, except on the very first deployment. */
export function requireVolumes(app: App, config: FlyConfig, plan: DeployPlan): void {
  for (const { group } of plan.create) {
    for (const mount of config.mounts ?? []) {
      const source = mount.source ?? "";
      if (!belongsTo(config, group, mount) || freeVolumes(app, source).length > 0) continue;
      if (!app.deployed) {
        addVolume(app, source, config.primary_region ?? "", 1);
        continue;
      }
      throw new FlyError(
        `creating a new machine in group '${group}' requires an unattached '${source}' volume. Create it with \`fly volume create ${source}\``,
      );
    }
  }
}

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
