import { connectionsNeeded, explainConnections } from "../../components/chatwoot/connection-budget.ts";
import type { Bounds } from "./bounds.ts";
import type { Queues } from "./queues.ts";

/** A longer wait needs a change, however few jobs wait. */
const longestWaitSeconds = 300;
/** Memory that the runbook recommends for a busy worker. */
const busyMemoryMb = 1024;
/** Share of the allowed depth below which the load is low: far from the limit, to avoid oscillation. */
const calmShare = 0.1;

export interface Workers {
  count: number;
  memoryMb: number;
  /** Whether one ran out of memory since its last configuration. */
  ranOutOfMemory: boolean;
}

export type Action = { kind: "count"; count: number } | { kind: "memory"; memoryMb: number };

export interface Proposal {
  /** Changes, in order; empty if none is needed or allowed. */
  actions: Action[];
  /** Reasons with numbers, without full stops. */
  reasons: string[];
  /** Whether the bounds forbid a needed change. */
  blocked: boolean;
  /** Whether the change returns to the configuration. */
  toConfiguration: boolean;
}

export interface Situation {
  queues: Queues;
  workers: Workers;
  /** Process group of the workers. Default: worker. */
  group?: string;
  /** Running machines of every group of workers, if there is more than one. */
  running?: Readonly<Record<string, number>>;
  /** Running web machines. */
  webCount: number;
  /** Configured memory of a worker. */
  configuredMemoryMb: number;
  bounds: Bounds;
}

/** Proposes one step within the bounds. Run it again to see the effect. */
export function propose(situation: Situation): Proposal {
  const { queues, workers, configuredMemoryMb, bounds } = situation;
  const waiting = waitingJobs(queues);
  const oldest = oldestWaitSeconds(queues);
  const state = `${waiting} jobs wait (limit ${bounds.queueDepth}), the oldest for ${oldest} s (limit ${longestWaitSeconds} s)`;
  const nothing = { actions: [], reasons: [state], blocked: false, toConfiguration: false };
  const isBusy = waiting > bounds.queueDepth || oldest > longestWaitSeconds;

  if (isBusy && queues.processes === 0)
    return {
      ...nothing,
      blocked: true,
      reasons: [state, "no Sidekiq process reports, so more workers would not help"],
    };
  if (workers.ranOutOfMemory) return moreMemory(2 * workers.memoryMb, [state, "a worker ran out of memory"], situation);
  if (isBusy && workers.memoryMb < Math.min(busyMemoryMb, bounds.maxWorkerMemoryMb))
    return moreMemory(busyMemoryMb, [state], situation);
  if (isBusy) return addWorker(state, situation);
  if (waiting > bounds.queueDepth * calmShare) return nothing;

  const back: Action[] = [];
  const configured = configuredCount(situation);
  if (workers.count > configured) back.push({ kind: "count", count: configured });
  if (workers.memoryMb > configuredMemoryMb) back.push({ kind: "memory", memoryMb: configuredMemoryMb });
  return back.length === 0
    ? nothing
    : {
        ...nothing,
        actions: back,
        toConfiguration: true,
        reasons: [state, "the load is low: return to the configuration"],
      };
}

function moreMemory(memoryMb: number, reasons: string[], { workers, bounds }: Situation): Proposal {
  const allowed = Math.min(memoryMb, bounds.maxWorkerMemoryMb);
  if (allowed > workers.memoryMb) return act({ kind: "memory", memoryMb: allowed }, reasons);
  const limit = `a worker has ${workers.memoryMb} MB, and fly.scaling.maxWorkerMemoryMb is ${bounds.maxWorkerMemoryMb}`;
  return refuse([...reasons, limit]);
}

/** The configured number of the group's workers. */
export function configuredCount({ group = "worker", bounds: { demand } }: Situation): number {
  return (demand.groups[group] ?? demand.worker).count;
}

function addWorker(state: string, situation: Situation): Proposal {
  const { group = "worker", running = {}, workers, webCount, bounds } = situation;
  const { demand, maxWorkers, poolLimit } = bounds;
  const count = workers.count + 1;
  const held = <T extends { count: number }>(name: string, part: T): T => ({
    ...part,
    count: name === group ? count : Math.max(part.count, running[name] ?? 0),
  });
  const needed = {
    ...demand,
    web: { ...demand.web, count: Math.max(webCount, demand.web.count) },
    worker: held("worker", demand.worker),
    groups: Object.fromEntries(Object.entries(demand.groups).map(([name, part]) => [name, held(name, part)])),
  };
  const pool = poolLimit === undefined ? "the pool's limit is not configured" : `the pool allows ${poolLimit}`;
  const reasons = [state, `connections with ${count} workers: ${explainConnections(needed)}, ${pool}`];
  if (count > maxWorkers) return refuse([...reasons, `fly.scaling.maxWorkers is ${maxWorkers}`]);
  if (poolLimit !== undefined && connectionsNeeded(needed) > poolLimit)
    return refuse([...reasons, "this exceeds the pool's limit"]);
  return act({ kind: "count", count }, reasons);
}

const act = (action: Action, reasons: string[]): Proposal => ({
  actions: [action],
  reasons,
  blocked: false,
  toConfiguration: false,
});

const refuse = (reasons: string[]): Proposal => ({ actions: [], reasons, blocked: true, toConfiguration: false });

export function waitingJobs({ queues }: Queues): number {
  return queues.reduce((sum, { size }) => sum + size, 0);
}

function oldestWaitSeconds({ queues }: Queues): number {
  return Math.max(0, ...queues.map(({ latencySeconds }) => latencySeconds));
}
