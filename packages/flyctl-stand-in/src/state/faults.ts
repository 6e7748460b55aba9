import type { Store } from "./store.ts";

/** What a command answers when it is run by `machine exec`. */
export interface ExecAnswer {
  /** A regular expression on the command. Nothing given: every command. */
  readonly match?: string;
  /** Only on machines of this app. */
  readonly app?: string;
  /** 0 by default. flyctl itself ends with 0 whatever this is. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** How long it seems to take, for `--timeout`. Nobody waits. */
  readonly seconds?: number;
}

/** How the command of a job ends: one that has a schedule, or is not restarted. */
export interface JobEnd {
  /** A regular expression on the entrypoint and the command, joined by blanks. Nothing given: every job. */
  readonly match?: string;
  /** 0 by default. */
  readonly exitCode?: number;
  /** What it writes. */
  readonly logs?: readonly string[];
  /** It is still running when everything is over. */
  readonly keepsRunning?: boolean;
}

/** One thing that goes wrong, read from `faults.json` at every call. */
export interface Fault {
  /** A regular expression on the arguments joined by blanks. Nothing given: every call. */
  readonly match?: string;
  /** Only the n-th matching call since the fault was written (from 1). */
  readonly nth?: number;
  /** Only the call with this number in `calls.jsonl`. */
  readonly call?: number;
  /** `fail`: do nothing, end with an error. `stall`: sleep first. `fail-after`: do it, then end with an error. */
  readonly action: "fail" | "stall" | "fail-after";
  readonly exitCode?: number;
  readonly message?: string;
  /** How long a stall lasts; without it until the process is killed. */
  readonly stallSeconds?: number;
}

/** A process group, or one machine by its id, or by its place in a group: from 1, in the order of the ids. */
export type MachineFault =
  | string
  | {
      readonly group?: string;
      readonly nth?: number;
      readonly machine?: string;
      /** What its health checks say. */
      readonly output?: string;
    };

/** What goes wrong inside a deployment. */
export interface DeployFaults {
  /** The release command ends with this status, or does not end. */
  readonly releaseCommand?: { readonly exitCode?: number; readonly neverEnds?: boolean; readonly logs?: string[] };
  /** How long the release command seems to take, for its time limit. Nobody waits. Default: 1. */
  readonly releaseCommandSeconds?: number;
  /** Machines that never become healthy: groups as a whole, or single machines. */
  readonly healthCheck?: readonly MachineFault[] | MachineFault;
  /** Machines whose update or creation is answered with status 500. A bare group means its first machine. */
  readonly updateError?: readonly MachineFault[] | MachineFault;
  /** Bluegreen cannot destroy the old machines in the end; flyctl ends with 0 all the same. */
  readonly blueRemains?: boolean;
  /** Somebody else holds a lease on a machine; up to 60 seconds flyctl waits. */
  readonly leaseHeld?: number;
  /** Image references that cannot be found. */
  readonly missingImages?: readonly string[];
}

export interface FaultFile extends DeployFaults {
  readonly calls?: readonly Fault[];
  /** What commands answer under `machine exec`; also in `exec.json`. */
  readonly exec?: readonly ExecAnswer[];
  /** How jobs end; also in `runs.json`. */
  readonly runs?: readonly JobEnd[];
}

/** `faults.json` is a list of faults, or an object with `calls` and the deployment's faults. */
export function readFaults(store: Store): FaultFile {
  const found = store.readJson<FaultFile | readonly Fault[]>("faults.json", {});
  return Array.isArray(found) ? { calls: found as readonly Fault[] } : (found as FaultFile);
}

/** The faults that apply to this call. Counts matches, so call it once, under the lock. */
export function faultsOf(store: Store, argv: readonly string[], callNumber: number): readonly Fault[] {
  const faults = readFaults(store).calls ?? [];
  if (faults.length === 0) return [];
  const counted = store.readJson<Record<string, number>>("fault-hits.json", {});
  const hits: Record<string, number> = {};
  const text = argv.join(" ");
  const due = faults.filter((fault) => {
    const key = JSON.stringify(fault);
    const matches = fault.match === undefined || new RegExp(fault.match).test(text);
    hits[key] = (counted[key] ?? 0) + (matches ? 1 : 0);
    if (!matches) return false;
    return (fault.nth ?? hits[key]) === hits[key] && (fault.call ?? callNumber) === callNumber;
  });
  store.writeWhole("fault-hits.json", JSON.stringify(hits));
  return due;
}
