import type { MachineFault } from "../state/faults.ts";

/** A machine of a deployment. */
export interface Target {
  readonly group: string;
  readonly id: string;
  /** Its position, from 1, among the machines of its group that the deployment waits for. */
  readonly nth: number;
}

/** A machine in the output of a deployment. */
export const label = ({ id, group }: Pick<Target, "id" | "group">): string => `${id} [${group}]`;

type Faults = readonly MachineFault[] | MachineFault | undefined;

/** The fault of a machine, if any. A group without `nth` means every machine of the group. */
export const faultOf = (faults: Faults, target: Target): MachineFault | undefined =>
  [faults ?? []].flat().find((fault) => concerns(fault, target));

/** As above, but a group without `nth` means its first machine only. */
export const faultOfFirst = (faults: Faults, target: Target): MachineFault | undefined =>
  [faults ?? []].flat().find((fault) => concerns(typeof fault === "string" ? { group: fault, nth: 1 } : fault, target));

function concerns(fault: MachineFault, { group, id, nth }: Target): boolean {
  if (typeof fault === "string") return fault === group;
  return (fault.machine ?? id) === id && (fault.group ?? group) === group && (fault.nth ?? nth) === nth;
}

/** The check output of a machine with this fault. */
export const outputOf = (fault: MachineFault): string | undefined =>
  typeof fault === "string" ? undefined : fault.output;
