import { expect, test } from "vitest";
import { spread } from "../helpers/exhaustive.ts";

const letters = ["a", "b", "c", "d", "e", "f", "g"];

test.each([
  { count: 0, chosen: [] },
  { count: 1, chosen: ["a"] },
  { count: 2, chosen: ["a", "g"] },
  { count: 3, chosen: ["a", "d", "g"] },
  { count: 4, chosen: ["a", "c", "e", "g"] },
  { count: 7, chosen: letters },
  { count: 9, chosen: letters },
])("a sample of $count is $chosen", ({ count, chosen }) => {
  expect(spread(letters, count)).toEqual(chosen);
});
