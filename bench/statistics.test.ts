import { expect, test } from "vitest";
import { benchOptions } from "./options.ts";
import { ratios, summarize } from "./statistics.ts";

test.each([
  [[5], { median: 5, min: 5, max: 5 }],
  [[9, 1, 2], { median: 2, min: 1, max: 9 }],
  [[4, 1, 2, 10], { median: 3, min: 1, max: 10 }],
])("the summary of %j", (values, expected) => expect(summarize(values)).toEqual(expected));

test("rejects an empty list", () => expect(() => summarize([])).toThrow(/no values/));

test("computes ratios run by run", () => {
  expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
  expect(() => ratios([1], [])).toThrow(/different numbers of runs/);
});

test.each([
  [[], 7],
  [["--quick"], 3],
  [["--quick", "--runs", "5"], 5],
])("%j are %d runs", (args, runs) => expect(benchOptions(args)).toEqual({ runs, only: undefined }));

test("rejects invalid numbers of runs", () => {
  expect(() => benchOptions(["--runs", "0"])).toThrow(/^--runs 0: not a whole number/);
  expect(() => benchOptions(["--fast"])).toThrow(/--fast/);
});

test("measures a single part", () => {
  expect(benchOptions(["--only", "fly"])).toEqual({ runs: 7, only: "fly" });
  expect(() => benchOptions(["--only", "up"])).toThrow("--only up: unknown part. Use one of in-process, fly,");
});
