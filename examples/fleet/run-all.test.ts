import fc from "fast-check";
import { expect, test } from "vitest";
import { runAll } from "./run-all.ts";
import { renderTable } from "./table.ts";

const never = new AbortController().signal;

test("respects the limit; a failure stops no other; outcomes keep their order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.record({ turns: fc.nat({ max: 5 }), fails: fc.boolean() }), { maxLength: 25 }),
      async (parallel, tasks) => {
        let running = 0;
        let most = 0;
        const names = tasks.map((_task, index) => `stack-${index}`);
        const outcomes = await runAll(
          names,
          async (name) => {
            most = Math.max(most, ++running);
            const { turns, fails } = tasks[names.indexOf(name)]!;
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            running--;
            if (fails) throw new Error(`code: 255\nerror: ${name} is wrong\nmore`);
            return name;
          },
          { parallel, signal: never },
        );
        expect(most).toBeLessThanOrEqual(parallel);
        expect(outcomes.map(({ name }) => name)).toEqual(names);
        expect(outcomes.map(({ state, value, reason }) => ({ state, value, reason }))).toEqual(
          tasks.map(({ fails }, index) =>
            fails
              ? { state: "failed", value: undefined, reason: `error: stack-${index} is wrong` }
              : { state: "done", value: `stack-${index}`, reason: undefined },
          ),
        );
      },
    ),
    { numRuns: 50 },
  );
});

test("after a stop nothing starts, and running work is awaited", async () => {
  const stop = new AbortController();
  const begun: string[] = [];
  const ended: string[] = [];
  const outcomes = await runAll(
    ["a", "b", "c", "d"],
    async (name) => {
      begun.push(name);
      if (name === "b") stop.abort();
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      ended.push(name);
    },
    { parallel: 2, signal: stop.signal },
  );
  expect(begun).toEqual(["a", "b"]);
  expect(ended.sort()).toEqual(["a", "b"]);
  expect(outcomes.map(({ state }) => state)).toEqual(["done", "done", "skipped", "skipped"]);
});

test("a line per environment, and a total", () => {
  const base = { value: undefined, reason: undefined, seconds: 1.26 };
  expect(
    renderTable([
      { ...base, name: "staging", state: "done", value: { same: 40, update: 2, create: 1 } },
      { ...base, name: "prod", state: "done", value: { same: 40 } },
      { ...base, name: "acme", state: "failed", reason: "error: no stack named 'acme' found" },
      { ...base, name: "globex", state: "skipped" },
    ]),
  ).toMatchInlineSnapshot(`
    "environment  result   seconds  changes
    staging      done     1.3      2 to update, 1 to create
    prod         done     1.3      none
    acme         failed   1.3      error: no stack named 'acme' found
    globex       skipped

    2 done, 1 failed, 1 skipped"
  `);
});
