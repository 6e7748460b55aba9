import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildReport } from "./build.ts";
import { tickMs } from "../html/timeline.ts";
import { duration } from "../html/words.ts";
import { madeRun, urnOf, type MadeStep } from "../../tests/run.ts";

const timed = fc.array(
  fc.record({
    startMs: fc.nat({ max: 5_000 }),
    lastsMs: fc.nat({ max: 3_000 }),
    type: fc.constantFrom("a:b:C", "d:e:F"),
  }),
  { maxLength: 25 },
);

describe("the time breakdown", () => {
  test("the kinds' shares and the idle time add up to the run, and the concurrency is correct at every moment", () => {
    fc.assert(
      fc.property(timed, (some) => {
        const steps = some.map(({ startMs, lastsMs, type }, i) => ({
          name: `s${i}`,
          type,
          startMs,
          endMs: startMs + lastsMs,
        }));
        const { timing, durationMs } = buildReport(madeRun(steps));
        const shares = timing.kinds.reduce((sum, { shareMs }) => sum + shareMs, 0);
        expect(shares + timing.idleMs).toBeCloseTo(durationMs, 6);
        expect(timing.kinds.reduce((sum, { workMs }) => sum + workMs, 0)).toBe(
          some.reduce((sum, { lastsMs }) => sum + lastsMs, 0),
        );
        for (const { atMs, running } of timing.concurrency) {
          const under = steps.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs).length;
          expect(running).toBe(under);
        }
        expect(timing.concurrency.at(-1)?.running ?? 0).toBe(0);
      }),
    );
  });

  test("two parallel kinds share the time, and a component counts for nothing", () => {
    const { timing } = buildReport(
      madeRun([
        { name: "box", custom: false, startMs: 0, endMs: 1000 },
        { name: "a", type: "a:b:Left", startMs: 0, endMs: 1000 },
        { name: "b", type: "a:b:Right", startMs: 500, endMs: 2000 },
      ]),
    );
    expect(timing.kinds).toEqual([
      { kind: "Right", resources: 1, workMs: 1500, shareMs: 1250 },
      { kind: "Left", resources: 1, workMs: 1000, shareMs: 750 },
    ]);
    expect(timing).toMatchObject({ most: 2, idleMs: 0 });
  });

  test("a command counts for its component", () => {
    const box = urnOf("box", "app:fly:Redis");
    const { timing } = buildReport(
      madeRun([
        { name: "box", type: "app:fly:Redis", custom: false, startMs: 0, endMs: 0 },
        { name: "run", type: "command:local:Command", parent: box, startMs: 0, endMs: 10 },
      ]),
    );
    expect(timing.kinds.map(({ kind }) => kind)).toEqual(["fly Redis"]);
  });
});

describe("the critical path", () => {
  const critical = (steps: readonly MadeStep[]): string[] => {
    const { resources, timing } = buildReport(madeRun(steps));
    expect(resources.filter((one) => one.critical)).toHaveLength(timing.critical.length);
    return timing.critical.map((index) => resources[index]?.name ?? "");
  };

  test("follows dependencies, not the step that ended last", () => {
    const slow = { name: "slow", startMs: 0, endMs: 900 };
    const steps = [
      { name: "first", startMs: 0, endMs: 500 },
      slow,
      { name: "second", needs: [urnOf("first")], startMs: 900, endMs: 1500 },
    ];
    expect(critical(steps)).toEqual(["first", "second"]);
    expect(critical(steps.map((step) => ({ ...step, needs: step.name === "second" ? [urnOf("slow")] : [] })))).toEqual([
      "slow",
      "second",
    ]);
  });

  test("of a destruction follows reversed dependencies, and a replacement's deletion comes last", () => {
    const [needed, needing] = [urnOf("needed"), urnOf("needing")];
    expect(
      critical([
        { name: "needing", op: "delete", old: {}, needs: [needed], startMs: 0, endMs: 300 },
        { name: "needed", op: "delete", old: {}, startMs: 300, endMs: 700 },
      ]),
    ).toEqual(["needing", "needed"]);
    expect(
      critical([
        { name: "needed", op: "create-replacement", old: {}, startMs: 0, endMs: 100 },
        { name: "needing", op: "update", old: {}, needs: [needed], startMs: 100, endMs: 400 },
        { name: "needed", op: "delete-replaced", old: {}, startMs: 400, endMs: 900 },
      ]),
    ).toContain("needing");
    expect(needing).not.toBe(needed);
  });

  test("waits for dependencies of a step's component", () => {
    const box = urnOf("box");
    expect(
      critical([
        { name: "before", startMs: 0, endMs: 100 },
        { name: "box", custom: false, needs: [urnOf("before")], startMs: 100, endMs: 100 },
        { name: "in", parent: box, startMs: 100, endMs: 300 },
      ]),
    ).toEqual(["before", "in"]);
  });

  test("is a chain in time, whatever the steps are", () => {
    fc.assert(
      fc.property(timed, (some) => {
        const steps = some.map(({ startMs, lastsMs }, i) => ({
          name: `s${i}`,
          startMs,
          endMs: startMs + lastsMs,
          needs: i > 0 ? [urnOf(`s${i - 1}`)] : [],
        }));
        const { timing, resources, durationMs } = buildReport(madeRun(steps));
        expect(timing.criticalMs).toBeLessThanOrEqual(durationMs);
        const phases = timing.critical.map((index) => resources[index]?.phases[0]);
        phases.forEach((phase, i) => expect(phase?.startMs).toBeGreaterThanOrEqual(phases[i - 1]?.endMs ?? 0));
      }),
    );
  });
});

test.each([
  [340, 1, "0.34 s"],
  [12_345, 1, "12.3 s"],
  [59_960, 1, "60.0 s"],
  [185_000, 1, "3 min 05 s"],
  [3_900_000, 1, "1 h 5 min"],
  [400, 1000, "< 1 s"],
  [7_000, 1000, "7 s"],
])("%i ms, with a resolution of %i ms: %s", (ms, resolutionMs, text) => {
  expect(duration(ms, resolutionMs)).toBe(text);
});

test("the axis has between two and seven marks, and none finer than the clock", () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 40_000_000 }), (ms) => {
      const marks = ms / tickMs(ms, 1);
      expect(marks).toBeGreaterThan(1.5);
      expect(marks).toBeLessThanOrEqual(6);
    }),
  );
  expect(tickMs(2_000, 1_000)).toBe(1_000);
});
