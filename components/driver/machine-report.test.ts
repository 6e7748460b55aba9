import { expect, test } from "vitest";
import { machineTable, whatServes } from "./machine-report.ts";
import type { Machine } from "./machines.ts";

const machine = (id: string, more: Partial<Machine> = {}): Machine => ({
  id,
  group: "web",
  state: "started",
  region: "ord",
  version: "v4.16.2",
  release: "7",
  standby: false,
  cordoned: false,
  mark: "",
  failingChecks: [],
  ...more,
});

test("each machine has a line, in columns", () => {
  const machines = [
    machine("148e", { version: "v4.17.0", release: "8", failingChecks: ["servicecheck-00-http-3000"] }),
    machine("9080aa"),
    machine("e286", { group: "worker", state: "stopped" }),
  ];
  expect(machineTable(machines)).toMatchInlineSnapshot(`
    "  web     148e    v4.17.0  release 8  started  failing: servicecheck-00-http-3000
      web     9080aa  v4.16.2  release 7  started
      worker  e286    v4.16.2  release 7  stopped"
  `);
  expect(machineTable([])).toBe("  no machine runs");
});

test.each<[string, now: Machine[], before: Machine[], expected: string]>([
  ["nothing before, nothing now", [], [], "Nothing was deployed"],
  ["a first deployment that stopped half-way", [machine("1")], [], "The first deployment did not finish"],
  ["all as before", [machine("1")], [machine("1")], "Every machine still runs the previous release and is healthy"],
  [
    "all as before, but down",
    [machine("1", { state: "stopped" })],
    [machine("1")],
    "No machine was changed, but not all of them are healthy",
  ],
  [
    "half of them new",
    [machine("1", { release: "8" }), machine("2")],
    [machine("1"), machine("2")],
    "1 of 2 machines still run the previous release, the others the new release",
  ],
  [
    "one gone",
    [machine("2")],
    [machine("1"), machine("2")],
    "1 of 1 machines still run the previous release, the others the new release",
  ],
])("%s", (_what, now, before, expected) => {
  expect(whatServes(now, before)).toBe(expected);
});
