import { expect, test } from "vitest";
import { changesByRegion } from "./scale-plan.ts";

type Changes = ReturnType<typeof changesByRegion>;

test.each<[string, number, boolean, Record<string, number>, string[], Changes]>([
  ["enough", 2, false, { ord: 2 }, ["ord"], []],
  ["one more in the region of the others", 2, false, { ord: 1 }, ["ord"], [["ord", 1]]],
  ["another region counts only its own", 2, false, { ord: 2 }, ["fra"], [["fra", 2]]],
  ["none in one region", 0, false, { ord: 2, fra: 2 }, ["ord"], [["ord", -2]]],
  [
    "shared by regions",
    3,
    false,
    {},
    ["ord", "fra"],
    [
      ["ord", 2],
      ["fra", 1],
    ],
  ],
  ["from the last region on", 1, false, { ord: 1, fra: 1 }, ["ord", "fra"], [["fra", -1]]],
  ["never below zero", -5, true, { ord: 2 }, ["ord"], [["ord", -2]]],
  ["relative", 1, true, { ord: 2, fra: 5 }, ["ord"], [["ord", 1]]],
])("%s", (_, count, relative, existing, regions, expected) => {
  expect(changesByRegion({ group: "web", count, relative }, existing, regions)).toEqual(expected);
});
