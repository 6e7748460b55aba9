import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCron } from "./cron.ts";

const problemOf = (text: string, count: 5 | 6): string | undefined => {
  const read = readCron(text, count);
  return "problem" in read ? read.problem : undefined;
};
const valuesOf = (text: string, field: string): number[] => {
  const read = readCron(text, 5);
  if ("problem" in read) throw new Error(read.problem);
  return [...(read.get(field) ?? [])].sort((one, other) => one - other);
};

describe("a schedule", () => {
  test.each<[string, 5 | 6]>([
    ["0 0 3 * * *", 6],
    ["30 */15 0-6/2 1,15 JAN-mar,12 Mon-FRI", 6],
    ["0 5 * * 0", 5],
    ["5/20 ? * * sun", 5],
    ["0 0 29 2 *", 5],
    ["0 0 31 2 1", 5],
  ])("%s", (text, count) => expect(problemOf(text, count)).toBeUndefined());

  test.each<[string, 5 | 6, string]>([
    ["0 3 * * *", 6, "is not a schedule of six fields"],
    ["0 0 3 * * *", 5, "is not a schedule of five fields"],
    ["@daily", 5, "is not a schedule of five fields"],
    ["", 6, "is not a schedule of six fields"],
    ["60 0 3 * * *", 6, 'has "60" for the second'],
    ["0 60 * * * *", 6, 'has "60" for the minute'],
    ["0 24 * * *", 5, 'has "24" for the hour'],
    ["0 0 0 * *", 5, 'has "0" for the day of the month'],
    ["0 0 32 * *", 5, 'has "32" for the day of the month'],
    ["0 0 * 13 *", 5, 'has "13" for the month'],
    ["0 0 * * 7", 5, 'has "7" for the day of the week'],
    ["0 0 * foo *", 5, 'has "foo" for the month'],
    ["0 0 jan * *", 5, 'has "jan" for the day of the month'],
    ["0 0 * * 5-1", 5, 'has "5-1" for the day of the week'],
    ["*/0 * * * *", 5, 'has "*/0" for the minute'],
    ["1, * * * *", 5, 'has "" for the minute'],
    ["0 0 L * *", 5, 'has "L" for the day of the month'],
    ["0 0 * * 1#2", 5, 'has "1#2" for the day of the week'],
    ["0 0 31 2,4 *", 5, "never runs"],
  ])("not %s", (text, count, wanted) => expect(problemOf(text, count)).toContain(wanted));

  test("matches the values of its fields", () => {
    expect(valuesOf("*/20 * * * *", "minute")).toEqual([0, 20, 40]);
    expect(valuesOf("50/4 * * * *", "minute")).toEqual([50, 54, 58]);
    expect(valuesOf("* 8-12/2,23 * * *", "hour")).toEqual([8, 10, 12, 23]);
    expect(valuesOf("* * * dec,jan-mar *", "month")).toEqual([1, 2, 3, 12]);
    expect(valuesOf("* * * * sat,0", "day of the week")).toEqual([0, 6]);
  });

  test("accepts every range within the bounds of a field, and no other", () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), fc.nat(80), (from, to, step) => {
        const isGood = from <= to && to <= 59 && step > 0;
        expect(problemOf(`${from}-${to}/${step} * * * *`, 5) === undefined).toBe(isGood);
      }),
    );
  });

  test("any text gives a schedule or a problem with its fix", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom<5 | 6>(5, 6), (text, count) => {
        expect(problemOf(text, count) ?? "ok. ok").toMatch(/\. /);
      }),
    );
  });
});
