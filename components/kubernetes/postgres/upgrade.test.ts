import { expect, test } from "vitest";
import { nextMinor } from "./upgrade.ts";

test.each([
  ["0.28.3", "0.29.0", undefined],
  ["0.29.0", "0.29.0", undefined],
  ["0.29.0", "0.28.3", undefined],
  ["0.27.1", "0.29.0", "0.28"],
  ["0.25.0", "0.29.0", "0.26"],
  ["0.29.0", "1.0.0", undefined],
])("from chart %s to %s, the intermediate version is %s", (running, wanted, between) => {
  expect(nextMinor(running, wanted)).toBe(between);
});
