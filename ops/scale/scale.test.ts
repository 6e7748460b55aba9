import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectionsNeeded } from "../../components/chatwoot/connection-budget.ts";
import type { Bounds } from "./bounds.ts";
import { ranOutOfMemory, type Machine } from "./machines.ts";
import type { Queues } from "./queues.ts";
import { configLine, flyctlArgs } from "./report.ts";
import { propose, waitingJobs, type Situation } from "./rule.ts";
import { situations } from "./situations.ts";

interface Facts {
  waiting?: number;
  oldest?: number;
  processes?: number;
  count?: number;
  memoryMb?: number;
  outOfMemory?: boolean;
  webCount?: number;
  poolLimit?: number | undefined;
  maxWorkers?: number;
}

function situation(facts: Facts = {}): Situation {
  const {
    waiting = 0,
    oldest = 0,
    processes = 1,
    count = 1,
    memoryMb = 1024,
    outOfMemory = false,
    webCount = 1,
    maxWorkers = 2,
  } = facts;
  const { poolLimit } = { poolLimit: 15, ...facts };
  return {
    queues: {
      queues: [
        { name: "default", size: Math.floor(waiting / 2), latencySeconds: oldest },
        { name: "low", size: Math.ceil(waiting / 2), latencySeconds: 0 },
      ],
      retry: 0,
      scheduled: 0,
      dead: 0,
      deadClasses: {},
      overdue: 0,
      healthChecks: 1,
      served: [],
      processes,
    },
    workers: { count, memoryMb, ranOutOfMemory: outOfMemory },
    webCount,
    configuredMemoryMb: 512,
    bounds: {
      queueDepth: 100,
      maxWorkers,
      maxWorkerMemoryMb: 2048,
      groups: {},
      ...(poolLimit === undefined ? {} : { poolLimit }),
      demand: {
        web: { count: 1, threads: 3 },
        worker: { count: 1, concurrency: 5 },
        groups: {},
        preparation: 1,
        backup: 0,
        facts: 0,
        pipeline: 0,
        sets: 1,
      },
    },
  };
}

describe("the proposal", () => {
  const count = (count: number) => ({ kind: "count", count });
  const memory = (memoryMb: number) => ({ kind: "memory", memoryMb });
  test.each<[string, Facts, object[], boolean, string]>([
    ["nothing, if no job waits", { memoryMb: 512 }, [], false, "0 jobs wait (limit 100)"],
    ["nothing at exactly the limit", { waiting: 100 }, [], false, "100 jobs wait (limit 100)"],
    [
      "memory first, as in the runbook",
      { waiting: 101, memoryMb: 512 },
      [memory(1024)],
      false,
      "101 jobs wait (limit 100)",
    ],
    [
      "another worker, if memory is sufficient",
      { waiting: 101 },
      [count(2)],
      false,
      "connections with 2 workers: web 1 x 3 + worker 2 x 5 + preparation 1 = 14, the pool allows 15",
    ],
    [
      "another worker for few jobs that wait long",
      { waiting: 1, oldest: 301 },
      [count(2)],
      false,
      "the oldest for 301 s (limit 300 s)",
    ],
    ["at most the allowed workers", { waiting: 500, count: 2 }, [], true, "fly.scaling.maxWorkers is 2"],
    [
      "no more than the pool allows",
      { waiting: 500, webCount: 2 },
      [],
      true,
      "web 2 x 3 + worker 2 x 5 + preparation 1 = 17, the pool allows 15",
    ],
    [
      "more, if the pool's limit is unknown",
      { waiting: 500, poolLimit: undefined, webCount: 9 },
      [count(2)],
      false,
      "the pool's limit is not configured",
    ],
    ["nothing, if no worker reports", { waiting: 500, processes: 0 }, [], true, "no Sidekiq process reports"],
    [
      "twice the memory after running out of it",
      { outOfMemory: true },
      [memory(2048)],
      false,
      "a worker ran out of memory",
    ],
    [
      "at most the allowed memory",
      { outOfMemory: true, memoryMb: 2048 },
      [],
      true,
      "a worker has 2048 MB, and fly.scaling.maxWorkerMemoryMb is 2048",
    ],
    [
      "back to the configuration at low load",
      { waiting: 10, count: 2 },
      [count(1), memory(512)],
      false,
      "the load is low: return to the configuration",
    ],
    ["nothing between low and high load", { waiting: 11, count: 2 }, [], false, "11 jobs wait (limit 100)"],
    [
      "nothing, with fewer workers than configured and no waiting jobs",
      { count: 0, memoryMb: 512 },
      [],
      false,
      "0 jobs wait",
    ],
  ])("%s", (_, facts, actions, blocked, reason) => {
    const proposal = propose(situation(facts));
    expect([proposal.actions, proposal.blocked]).toEqual([actions, blocked]);
    expect(proposal.reasons.join("; ")).toContain(reason);
  });
});

test("respects the bounds and terminates: applying proposals leads to no further proposal", () => {
  const facts = fc.record({
    waiting: fc.nat(1000),
    oldest: fc.nat(1000),
    processes: fc.nat(3),
    count: fc.integer({ min: 1, max: 6 }),
    memoryMb: fc.constantFrom(256, 512, 1024, 2048, 4096),
    outOfMemory: fc.boolean(),
    webCount: fc.integer({ min: 1, max: 4 }),
    poolLimit: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    maxWorkers: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(facts, (given) => {
      let now = situation(given);
      for (let round = 0; ; round++) {
        expect(round).toBeLessThan(12);
        const { actions, blocked, toConfiguration } = propose(now);
        expect(blocked && actions.length > 0).toBe(false);
        if (actions.length === 0) break;
        const before = now.workers;
        for (const action of actions) {
          now = {
            ...now,
            workers: {
              ...now.workers,
              ranOutOfMemory: false,
              ...(action.kind === "count" ? { count: action.count } : { memoryMb: action.memoryMb }),
            },
          };
        }
        const { count, memoryMb } = now.workers;
        if (toConfiguration) continue;
        const { demand, maxWorkers, maxWorkerMemoryMb, poolLimit = Infinity } = now.bounds;
        if (count > before.count) {
          expect(count).toBeLessThanOrEqual(maxWorkers);
          const worker = { ...demand.worker, count };
          expect(
            connectionsNeeded({ ...demand, web: { ...demand.web, count: now.webCount }, worker }),
          ).toBeLessThanOrEqual(poolLimit);
        }
        if (memoryMb > before.memoryMb) expect(memoryMb).toBeLessThanOrEqual(maxWorkerMemoryMb);
      }
      expect(waitingJobs(now.queues)).toBe(given.waiting);
    }),
  );
});

describe("out-of-memory detection", () => {
  const exit = (timestamp: number, oom: boolean, monitored = false) => {
    const exitEvent = { oom_killed: oom };
    return {
      type: "exit",
      timestamp,
      request: monitored ? { MonitorEvent: { exit_event: exitEvent } } : { exit_event: exitEvent },
    };
  };
  const event = (type: string, timestamp: number) => ({ type, timestamp });
  test.each<[string, unknown[], boolean]>([
    ["never", [event("start", 2), event("launch", 1)], false],
    ["since its creation", [event("start", 4), exit(3, true), event("launch", 1)], true],
    ["from its monitor event", [event("start", 4), exit(3, true, true), event("launch", 1)], true],
    ["another exit", [event("start", 4), exit(3, false), event("launch", 1)], false],
    [
      "before its memory was increased",
      [event("start", 5), event("update", 4), exit(3, true), event("launch", 1)],
      false,
    ],
    ["in any order of events", [event("launch", 1), exit(3, true), event("start", 4)], true],
  ])("%s", (_, events, expected) => {
    const machine = { id: "1", state: "started", config: { guest: { memory_mb: 512 } }, events };
    expect(ranOutOfMemory(machine as never)).toBe(expected);
  });
});

test("names the commands", () => {
  expect(flyctlArgs({ kind: "count", count: 2 })).toEqual(["scale", "count", "worker=2", "--yes"]);
  expect(flyctlArgs({ kind: "memory", memoryMb: 1024 })).toEqual([
    "scale",
    "memory",
    "1024",
    "--process-group",
    "worker",
  ]);
  expect(configLine("staging", { kind: "memory", memoryMb: 1024 })).toBe(
    "pulumi config set --path chatwoot:worker.memoryMb 1024 --stack staging",
  );
});

describe("groups of workers", () => {
  const machine = (id: string, group: string): Machine => ({
    ...{ id, state: "started", events: [] },
    config: { guest: { memory_mb: 1024 }, metadata: { fly_process_group: group } },
  });
  const machines = [
    machine("1", "web"),
    machine("2", "worker"),
    machine("3", "worker-mail"),
    machine("4", "worker-mail"),
  ];
  const { queues, bounds } = situation({ maxWorkers: 3, poolLimit: 20 });
  const facts: Queues = {
    ...queues,
    queues: [
      { name: "default", size: 101, latencySeconds: 5 },
      { name: "mailers", size: 500, latencySeconds: 5 },
    ],
  };
  const grouped: Bounds = {
    ...bounds,
    groups: { "worker-mail": { queues: ["mailers"], memoryMb: 1024 } },
    demand: { ...bounds.demand, groups: { "worker-mail": { count: 1, concurrency: 2 } } },
  };
  const [main, mail] = situations(machines, facts, grouped, 1024);

  test("are judged by their own queues, within the connections of all that run", () => {
    expect([waitingJobs(main!.queues), waitingJobs(mail!.queues)]).toEqual([101, 500]);
    expect(propose(main!)).toMatchObject({ actions: [{ kind: "count", count: 2 }] });
    expect(propose(main!).reasons[1]).toContain("web 1 x 3 + worker 2 x 5 + worker-mail 2 x 2 + preparation 1 = 18");
    expect(propose(mail!)).toMatchObject({ actions: [{ kind: "count", count: 3 }] });
    expect(propose(mail!).reasons[1]).toContain("web 1 x 3 + worker 1 x 5 + worker-mail 3 x 2 + preparation 1 = 15");
  });

  test("return to their own count", () => {
    const [, calm] = situations(machines, { ...facts, queues: [] }, grouped, 1024);
    expect(propose(calm!)).toMatchObject({ actions: [{ kind: "count", count: 1 }], toConfiguration: true });
  });

  test("are named in commands and settings", () => {
    expect(flyctlArgs({ kind: "count", count: 3 }, "worker-mail")).toEqual([
      "scale",
      "count",
      "worker-mail=3",
      "--yes",
    ]);
    expect(configLine("staging", { kind: "memory", memoryMb: 2048 }, "worker-mail")).toBe(
      "pulumi config set --path chatwoot:worker.groups.mail.memoryMb 2048 --stack staging",
    );
  });
});
