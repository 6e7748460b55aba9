import type { MachineFault } from "../state/faults.ts";

/** A machine that a deployment deals with. */
export interface Target {
  readonly group: string;
  readonly id: string;
  /** Its place among those of its group that the deployment waits for, from 1. */
  readonly nth: number;
}

type Faults = readonly MachineFault[] | MachineFault | undefined;

/** The fault that a machine has, if any. A bare group, or one without `nth`, means each machine of that group. */
export const faultOf = (faults: Faults, target: Target): MachineFault | undefined =>
  [faults ?? []].flat().find((fault) => concerns(fault, target));

/** As above, but a bare group means its first machine alone. */
export const faultOfFirst = (faults: Faults, target: Target): MachineFault | undefined =>
  [faults ?? []].flat().find((fault) => concerns(typeof fault === "string" ? { group: fault, nth: 1 } : fault, target));

function concerns(fault: MachineFault, { group, id, nth }: Target): boolean {
  if (typeof fault === "string") return fault === group;
  return (fault.machine ?? id) === id && (fault.group ?? group) === group && (fault.nth ?? nth) === nth;
}

/** What the checks of a machine with this fault say. */
export const outputOf = (fault: MachineFault): string | undefined =>
  typeof fault === "string" ? undefined : fault.output;
