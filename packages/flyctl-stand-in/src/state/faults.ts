import type { Store } from "./store.ts";

/** The response to a command of `machine exec`. */
export interface ExecAnswer {
  /** A regular expression for the command. Default: every command. */
  readonly match?: string;
  /** Limits it to machines of this app. */
  readonly app?: string;
  /** The command's exit code. Default: 0. flyctl itself always exits with 0. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Simulated duration, for `--timeout`, without a real wait. */
  readonly seconds?: number;
}

/** The result of a job's command: a machine with a schedule or without restarts. */
export interface JobEnd {
  /** A regular expression for the entrypoint and the command, joined by spaces. Default: every job. */
  readonly match?: string;
  /** Default: 0. */
  readonly exitCode?: number;
  /** Its output. */
  readonly logs?: readonly string[];
  /** Never exits. */
  readonly keepsRunning?: boolean;
}

/** An injected fault, read from `faults.json` at every call. */
export interface Fault {
  /** A regular expression for the arguments joined by spaces. Default: every call. */
  readonly match?: string;
  /** Limits it to the n-th matching call, from 1, since the fault was written. */
  readonly nth?: number;
  /** Limits it to the call with this number in `calls.jsonl`. */
  readonly call?: number;
  /** `fail`: fail without running. `stall`: sleep first. `fail-after`: run, then fail. */
  readonly action: "fail" | "stall" | "fail-after";
  readonly exitCode?: number;
  readonly message?: string;
  /** Duration of a stall. Default: until the process is killed. */
  readonly stallSeconds?: number;
}

/** A process group, or one machine by its id or by its position in a group: from 1, ordered by id. */
export type MachineFault =
  | string
  | {
      readonly group?: string;
      readonly nth?: number;
      readonly machine?: string;
      /** The output of its health checks. */
      readonly output?: string;
    };

/** Faults inside a deployment. */
export interface DeployFaults {
  /**
   * The release command exits with this status, or never exits. `isForgotten`: flyctl loses the failure to its log reader,
   * goes on and exits with 0.
   */
  readonly releaseCommand?: {
    readonly exitCode?: number;
    readonly neverEnds?: boolean;
    readonly isForgotten?: boolean;
    readonly logs?: string[];
  };
  /** Simulated duration of the release command, for its time limit, without a real wait. Default: 1. */
  readonly releaseCommandSeconds?: number;
  /** Machines that never become healthy: whole groups or single machines. */
  readonly healthCheck?: readonly MachineFault[] | MachineFault;
  /** Machines whose update or creation fails with status 500. A group without `nth` means its first machine. */
  readonly updateError?: readonly MachineFault[] | MachineFault;
  /** Bluegreen cannot destroy the old machines; flyctl still exits with 0. */
  readonly blueRemains?: boolean;
  /** Another client holds a lease on a machine; flyctl waits up to 60 s. */
  readonly leaseHeld?: number;
  /** Image references that cannot be found. */
  readonly missingImages?: readonly string[];
}

export interface FaultFile extends DeployFaults {
  readonly calls?: readonly Fault[];
  /** Responses to commands of `machine exec`; also in `exec.json`. */
  readonly exec?: readonly ExecAnswer[];
  /** Results of jobs; also in `runs.json`. */
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
