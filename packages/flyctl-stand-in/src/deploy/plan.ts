import { hasMounts, processNames, servicesOf } from "../toml/groups.ts";
import { releaseGroup } from "../toml/machine-config.ts";
import type { FlyConfig } from "../toml/types.ts";
import type { Machine } from "../state/types.ts";

export interface PlanOptions {
  /** `--ha`: spare machines for new groups. */
  readonly ha: boolean;
  /** `--process-groups`: only these; empty for all. */
  readonly onlyGroups: readonly string[];
}

export interface DeployPlan {
  /** Machines of groups that the config no longer has. They are destroyed before new ones are created. */
  readonly remove: readonly Machine[];
  /** Groups without a machine, and their new machines. */
  readonly create: readonly { readonly group: string; readonly count: 1 | 2; readonly standby: boolean }[];
  readonly update: readonly { readonly group: string; readonly machines: readonly Machine[] }[];
}

/** Whether `fly deploy` created it. Machines of `machine run` lack this mark, and only `machine` commands change them. */
export const isManaged = (machine: Machine): boolean => machine.config.metadata.fly_platform_version === "v2";

/** Machines that deployments, `scale` and secrets manage. */
export const managed = (machines: readonly Machine[]): readonly Machine[] =>
  machines.filter(
    (machine) => isManaged(machine) && groupOf(machine) !== releaseGroup && machine.state !== "destroyed",
  );

export const groupOf = (machine: Machine): string =>
  machine.config.metadata.fly_process_group ?? machine.config.metadata.process_group ?? "";

/** The changes of a deployment. The machine count of an existing group is kept. */
export function planDeployment(config: FlyConfig, machines: readonly Machine[], options: PlanOptions): DeployPlan {
  const inScope = (group: string): boolean => options.onlyGroups.length === 0 || options.onlyGroups.includes(group);
  const names = processNames(config).filter(inScope);
  const existing = managed(machines).filter((machine) => inScope(groupOf(machine)));
  const missing = names.filter((name) => !existing.some((machine) => groupOf(machine) === name));
  return {
    remove: existing.filter((machine) => !names.includes(groupOf(machine))),
    create: missing.map((group) => ({ group, ...firstMachines(config, group, options.ha) })),
    update: names
      .filter((name) => !missing.includes(name))
      .map((group) => ({ group, machines: existing.filter((machine) => groupOf(machine) === group) })),
  };
}

function firstMachines(config: FlyConfig, group: string, ha: boolean): { count: 1 | 2; standby: boolean } {
  if (!ha || hasMounts(config, group)) return { count: 1, standby: false };
  return servicesOf(config, group).length > 0 ? { count: 2, standby: false } : { count: 1, standby: true };
}

/** A stopped machine or a standby gets the new config but is not started. */
export const staysStopped = (machine: Machine | undefined, standbys: readonly string[]): boolean => {
  if (machine?.state === "started" || machine?.state === "failed") return false;
  return standbys.length > 0 || machine !== undefined;
};
