import fc from "fast-check";
import { expect, test } from "vitest";
import { connectionsNeeded, type ConnectionDemand } from "../chatwoot/connection-budget.ts";
import { planMaintenance } from "./maintenance.ts";

const demand = (threads: number, concurrency: number, more: Partial<ConnectionDemand> = {}): ConnectionDemand => ({
  web: { count: 1, threads },
  worker: { count: 1, concurrency },
  preparation: 1,
  ...more,
});
const strategy = "rolling" as const;

test.each([
  ["room for all", { wanted: undefined, strategy, limit: 15, demand: demand(3, 5) }, { stops: false }],
  ["an unknown limit", { wanted: undefined, strategy, limit: undefined, demand: demand(50, 50) }, { stops: false }],
  [
    "requested although all connections fit",
    { wanted: true, strategy, limit: 15, demand: demand(3, 5) },
    { stops: true, reason: "fly.maintenance is true" },
  ],
  [
    "exactly full without the migration",
    { wanted: undefined, strategy, limit: 15, demand: demand(5, 10) },
    { stops: true, reason: "the pool lets 15 clients in, too few for web and worker beside the migration" },
  ],
  [
    "full, and no window wanted",
    { wanted: false, strategy, limit: 15, demand: demand(5, 10) },
    { refusal: expect.stringMatching(/= 16\. Lower .* migrationDatabaseUrl/) as unknown },
  ],
  [
    "too many without the migration",
    { wanted: true, strategy, limit: 15, demand: demand(6, 10) },
    { refusal: expect.stringContaining("web and worker alone hold web 1 x 6 + worker 1 x 10 = 16") as unknown },
  ],
  [
    "full during the creation of the facts tables, for which nothing stops",
    { wanted: undefined, strategy, limit: 15, demand: demand(5, 10, { facts: 1 }) },
    {
      refusal: expect.stringMatching(
        /web, worker and the facts tables hold web 1 x 5 \+ worker 1 x 10 \+ facts 1 = 16\. Lower .* factsDatabaseUrl/,
      ) as unknown,
    },
  ],
  [
    "room for the facts tables, then for the migration",
    { wanted: undefined, strategy, limit: 16, demand: demand(5, 10, { facts: 1 }) },
    { stops: false },
  ],
  [
    "room for the tables, but not for the pipeline's readers",
    { wanted: undefined, strategy, limit: 16, demand: demand(5, 10, { facts: 1, pipeline: 2 }) },
    { refusal: expect.stringContaining("facts 1 + pipeline 2 = 18") as unknown },
  ],
])("%s", (_what, args, plan) => {
  expect(planMaintenance(args)).toEqual(plan);
});

const any = fc.record({
  wanted: fc.option(fc.boolean(), { nil: undefined }),
  strategy: fc.constantFrom("rolling" as const, "bluegreen" as const),
  limit: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  demand: fc.record({
    web: fc.record({ count: fc.integer({ min: 1, max: 4 }), threads: fc.integer({ min: 1, max: 10 }) }),
    worker: fc.record({ count: fc.integer({ min: 1, max: 4 }), concurrency: fc.integer({ min: 1, max: 10 }) }),
    preparation: fc.integer({ min: 0, max: 1 }),
    backup: fc.integer({ min: 0, max: 1 }),
    facts: fc.integer({ min: 0, max: 1 }),
    pipeline: fc.integer({ min: 0, max: 2 }),
  }),
});

test("a plan that is not refused stays within the limit", () => {
  fc.assert(
    fc.property(any, (args) => {
      const sets = args.strategy === "bluegreen" ? 2 : 1;
      const whole = { ...args.demand, sets };
      const plan = planMaintenance({ ...args, demand: whole });
      if ("refusal" in plan || args.limit === undefined) return;
      // While web and worker are stopped, the preparation step uses their connections.
      const worst = plan.stops ? { ...whole, preparation: 0 } : whole;
      expect(connectionsNeeded(worst)).toBeLessThanOrEqual(args.limit);
      // Before a release stops web and worker.
      const { web, worker, facts, backup, pipeline } = args.demand;
      const running = web.count * web.threads + worker.count * worker.concurrency;
      expect(running + facts + backup + pipeline).toBeLessThanOrEqual(args.limit);
    }),
  );
});

test("a plan is refused only if no window fits, or the window is forbidden", () => {
  fc.assert(
    fc.property(any, (args) => {
      const plan = planMaintenance({ ...args, strategy: "rolling" });
      if (!("refusal" in plan)) return;
      const carried = connectionsNeeded({ ...args.demand, preparation: 0 }) <= (args.limit as number);
      expect(carried).toBe(args.wanted === false && carried);
    }),
  );
});
