import { connectionsNeeded, explainConnections } from "../../components/chatwoot/connection-budget.ts";
import type { Bounds } from "./bounds.ts";
import type { Queues } from "./queues.ts";

/** Jobs that wait longer than this are too many, however few they are. */
const longestWaitSeconds = 300;
/** What the runbook gives a worker with full queues. */
const busyMemoryMb = 1024;
/** The part of the allowed depth below which it is calm again: far from the limit, so that it does not swing. */
const calmShare = 0.1;

/** What runs. */
export interface Workers {
  count: number;
  memoryMb: number;
  /** Whether one of them was killed for want of memory since it was made. */
  ranOutOfMemory: boolean;
}

export type Action = { kind: "count"; count: number } | { kind: "memory"; memoryMb: number };

export interface Proposal {
  /** What to do, in order; empty where nothing is to be done, or nothing may be. */
  actions: Action[];
  /** Why, with the numbers: sentences without a final full stop. */
  reasons: string[];
  /** Whether something is to be done that the bounds forbid. */
  blocked: boolean;
  /** Whether it goes back to what the configuration says. */
  toConfiguration: boolean;
}

export interface Situation {
  queues: Queues;
  workers: Workers;
  /** Web machines that run. */
  webCount: number;
  /** The configuration's own size of a worker. */
  configuredMemoryMb: number;
  bounds: Bounds;
}

/** What to do about the queues, within the bounds. It goes one step at a time: run it again to see what that did. */
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
      reasons: [state, "no Sidekiq process reports, so that more of them would not help"],
    };
  if (workers.ranOutOfMemory)
    return moreMemory(2 * workers.memoryMb, [state, "a worker was killed for want of memory"], situation);
  if (isBusy && workers.memoryMb < Math.min(busyMemoryMb, bounds.maxWorkerMemoryMb))
    return moreMemory(busyMemoryMb, [state], situation);
  if (isBusy) return oneWorkerMore(state, situation);
  if (waiting > bounds.queueDepth * calmShare) return nothing;

  const back: Action[] = [];
  const configured = bounds.demand.worker.count;
  if (workers.count > configured) back.push({ kind: "count", count: configured });
  if (workers.memoryMb > configuredMemoryMb) back.push({ kind: "memory", memoryMb: configuredMemoryMb });
  return back.length === 0
    ? nothing
    : { ...nothing, actions: back, toConfiguration: true, reasons: [state, "it is calm: back to the configuration"] };
}

function moreMemory(memoryMb: number, reasons: string[], { workers, bounds }: Situation): Proposal {
  const allowed = Math.min(memoryMb, bounds.maxWorkerMemoryMb);
  if (allowed > workers.memoryMb) return act({ kind: "memory", memoryMb: allowed }, reasons);
  const limit = `a worker has ${workers.memoryMb} MB, and fly.scaling.maxWorkerMemoryMb is ${bounds.maxWorkerMemoryMb}`;
  return refuse([...reasons, limit]);
}

function oneWorkerMore(state: string, { workers, webCount, bounds }: Situation): Proposal {
  const { demand, maxWorkers, poolLimit } = bounds;
  const count = workers.count + 1;
  const needed = {
    ...demand,
    web: { ...demand.web, count: Math.max(webCount, demand.web.count) },
    worker: { ...demand.worker, count },
  };
  const pool = poolLimit === undefined ? "the pool's limit is not known" : `the pool lets in ${poolLimit}`;
  const reasons = [state, `connections with ${count} workers: ${explainConnections(needed)}, ${pool}`];
  if (count > maxWorkers) return refuse([...reasons, `fly.scaling.maxWorkers is ${maxWorkers}`]);
  if (poolLimit !== undefined && connectionsNeeded(needed) > poolLimit)
    return refuse([...reasons, "that is more than the pool lets in"]);
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
