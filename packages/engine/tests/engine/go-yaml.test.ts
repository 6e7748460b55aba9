import { describe, expect, test } from "vitest";
import { parseStackFile, readGoYaml } from "../../src/index.ts";

/** Plain scalars, and what gopkg.in/yaml.v3 3.0.1 reads them as; a time as its `String`, which Pulumi passes on. */
const recorded: [text: string, value: unknown][] = [
  ["2026-11-21T15:00:00Z", "2026-11-21 15:00:00 +0000 UTC"],
  ["2026-11-21t15:00:00Z", "2026-11-21 15:00:00 +0000 UTC"],
  ["2026-11-21T15:00:00+02:00", "2026-11-21 15:00:00 +0200 +0200"],
  ["2026-11-21T15:00:00.50Z", "2026-11-21 15:00:00.5 +0000 UTC"],
  ["2026-11-21 15:00:00", "2026-11-21 15:00:00 +0000 UTC"],
  ["2026-11-21 15:00:00Z", "2026-11-21 15:00:00Z"],
  ["2026-11-21", "2026-11-21 00:00:00 +0000 UTC"],
  ["2026-1-2", "2026-01-02 00:00:00 +0000 UTC"],
  ["2026-13-01", "2026-13-01"],
  ["2026-02-30", "2026-02-30"],
  ["2026-11-21T15:00:00", "2026-11-21T15:00:00"],
  ['"2026-11-21T15:00:00Z"', "2026-11-21T15:00:00Z"],
  ["2026-11-21T1:2:3Z", "2026-11-21 01:02:03 +0000 UTC"],
  ["2026-11-21T15:00:00-00:30", "2026-11-21 15:00:00 -0030 -0030"],
  ["yes", "yes"],
  ["no", "no"],
  ["on", "on"],
  ["off", "off"],
  ["y", "y"],
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["null", null],
  ["~", null],
  ["Null", null],
  ["", null],
  ["0777", 511],
  ["0o17", 15],
  ["0o18", "0o18"],
  ["0x1F", 31],
  ["0b101", 5],
  ["-0b101", -5],
  ["+12", 12],
  ["-7", -7],
  ["1_000", 1000],
  ["1__0", 10],
  ["0899", 899],
  ["08", 8],
  ["12:30", "12:30"],
  ["190:20:30", "190:20:30"],
  ["1e3", 1000],
  ["1.0", 1],
  ["1.10", 1.1],
  ["1.", 1],
  ["-.5", -0.5],
  [".5", 0.5],
  ["._5", "._5"],
  ["1_0.5", 10.5],
  ["0x1.8p3", "0x1.8p3"],
  ["1e400", "1e400"],
  ["abc", "abc"],
  ["1.2.3", "1.2.3"],
  ["v4.16.2", "v4.16.2"],
  ["0 3 * * *", "0 3 * * *"],
  ["15m", "15m"],
  ["+", "+"],
  ["0_7", 7],
  ["1e", "1e"],
  ["9007199254740991", 9007199254740991],
  ['"yes"', "yes"],
  ["'1'", "1"],
  ["!!str 1", "1"],
  ["0O17", 15],
  ["0B1", 1],
  ["0X1f", 31],
  ["1E3", 1000],
  ["00", 0],
  ["-0", 0],
  ["+0.0", 0],
  ["12e03", 12000],
  ["1_", 1],
  ["_1", "_1"],
  ["2026-11-21T24:00:00Z", "2026-11-21T24:00:00Z"],
  ["2026-11-21T15:60:00Z", "2026-11-21T15:60:00Z"],
  ["2024-02-29", "2024-02-29 00:00:00 +0000 UTC"],
];

describe("a value is read as Pulumi reads it", () => {
  test.each(recorded)("%s", (text, value) => {
    const read = readGoYaml(`v: ${text}\n`) as { v: unknown };
    // JSON has no negative zero.
    expect(read.v === 0 ? 0 : read.v).toEqual(value);
  });
});

test("a map is merged, and a text that is not YAML is rejected", () => {
  expect(readGoYaml("a: &a {x: 1}\nb: {<<: *a, y: 2}\n")).toEqual({ a: { x: 1 }, b: { x: 1, y: 2 } });
  expect(() => readGoYaml("a: {")).toThrow();
});

test("a stack file has times and numbers as the program gets them", () => {
  const text = "config:\n  proj:a: {time: 2026-11-21T15:00:00Z, text: '2026-11-21', mode: 0777, on: yes}\n";
  expect(parseStackFile(text, "proj").config).toEqual({
    "proj:a": { time: "2026-11-21 15:00:00 +0000 UTC", text: "2026-11-21", mode: 511, on: "yes" },
  });
});
