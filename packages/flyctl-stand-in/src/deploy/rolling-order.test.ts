import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Target } from "./machine-faults.ts";
import { faultOf, faultOfFirst } from "./machine-faults.ts";
import { rollingOutcome, type RollingGroup } from "./rolling-order.ts";
import type { MachineFault } from "../state/faults.ts";

const group = (name: string, warm: number, cold = 0): RollingGroup => ({
  group: name,
  warm: Array.from({ length: warm }, (_, index) => `${name}${index + 1}`),
  cold: Array.from({ length: cold }, (_, index) => `${name}-cold${index + 1}`),
});
const is = (id: string) => (target: Target) => target.id === id;
const never = (): boolean => false;

interface Case {
  readonly what: string;
  readonly groups: readonly RollingGroup[];
  readonly maxUnavailable?: number;
  readonly refused?: string;
  readonly unhealthy?: string;
  readonly updated: readonly string[];
  readonly end: "complete" | "cancelled" | "refused" | "unhealthy";
}

const table: readonly Case[] = [
  {
    what: "groups are updated in parallel",
    groups: [group("a", 2), group("b", 1)],
    updated: ["a1", "b1", "a2"],
    end: "complete",
  },
  {
    what: "stopped machines are all updated at once",
    groups: [group("a", 1, 2)],
    updated: ["a-cold1", "a-cold2", "a1"],
    end: "complete",
  },
  {
    what: "an unhealthy first machine ends its own group only",
    groups: [group("a", 3), group("b", 2)],
    unhealthy: "a1",
    updated: ["a1", "b1", "b2"],
    end: "unhealthy",
  },
  {
    what: "an unhealthy second one cancels the third, which flyctl does not report",
    groups: [group("a", 3)],
    unhealthy: "a2",
    updated: ["a1", "a2"],
    end: "cancelled",
  },
  {
    what: "an unhealthy last one has nothing to cancel",
    groups: [group("a", 3)],
    unhealthy: "a3",
    updated: ["a1", "a2", "a3"],
    end: "unhealthy",
  },
  {
    what: "with room for two the others continue past an unhealthy one",
    groups: [group("a", 5)],
    maxUnavailable: 2,
    unhealthy: "a2",
    updated: ["a1", "a2", "a3", "a4", "a5"],
    end: "unhealthy",
  },
  {
    what: "a refused first one of two groups cancels the other's",
    groups: [group("a", 1), group("b", 1)],
    refused: "b1",
    updated: [],
    end: "cancelled",
  },
  { what: "a single refused one is reported", groups: [group("a", 3)], refused: "a1", updated: [], end: "refused" },
  {
    what: "a refused one in the middle leaves some on either image",
    groups: [group("a", 3), group("b", 1)],
    refused: "a2",
    updated: ["a1", "b1"],
    end: "cancelled",
  },
  { what: "a refused last one is reported", groups: [group("a", 2)], refused: "a2", updated: ["a1"], end: "refused" },
];

describe("the order of a rolling deployment", () => {
  test.each(table)("$what", ({ groups, maxUnavailable = 0.33, refused, unhealthy, updated, end }) => {
    const outcome = rollingOutcome(groups, {
      maxUnavailable,
      refused: refused === undefined ? never : is(refused),
      unhealthy: unhealthy === undefined ? never : is(unhealthy),
    });
    expect(outcome.updated.map(({ id }) => id)).toEqual(updated);
    expect(typeof outcome.end === "string" ? outcome.end : Object.keys(outcome.end)[0]).toBe(end);
  });

  test("updates every machine once without a fault, and no machine twice with one", () => {
    const groups = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 4 })
      .map((sizes) => sizes.map(([warm, cold], index) => group(`g${index}-`, warm, cold)));
    const share = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0.1, 0.33, 0.9));
    fc.assert(
      fc.property(groups, share, fc.integer({ min: 1, max: 6 }), (all, maxUnavailable, nth) => {
        const every = all.flatMap(({ warm, cold }) => [...warm, ...cold]);
        const complete = rollingOutcome(all, { maxUnavailable, refused: never, unhealthy: never });
        expect([complete.end, complete.updated.map(({ id }) => id).sort()]).toEqual(["complete", every.sort()]);
        const faulty = (target: Target): boolean => target.nth === nth;
        for (const outcome of [
          rollingOutcome(all, { maxUnavailable, refused: faulty, unhealthy: never }),
          rollingOutcome(all, { maxUnavailable, refused: never, unhealthy: faulty }),
        ]) {
          const ids = outcome.updated.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          if (ids.length < every.length) expect(outcome.end).not.toBe("complete");
        }
      }),
    );
  });
});

describe("a machine's fault", () => {
  const second: Target = { group: "web", id: "m2", nth: 2 };
  const cases: readonly [fault: MachineFault, each: boolean, first: boolean][] = [
    ["web", true, false],
    ["worker", false, false],
    [{ group: "web" }, true, true],
    [{ group: "web", nth: 2 }, true, true],
    [{ group: "web", nth: 1 }, false, false],
    [{ machine: "m2" }, true, true],
    [{ machine: "m3" }, false, false],
  ];
  test.each(cases)("%j", (fault, each, first) => {
    expect(faultOf([fault], second) !== undefined).toBe(each);
    expect(faultOfFirst(fault, second) !== undefined).toBe(first);
  });
});
