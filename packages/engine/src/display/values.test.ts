import fc from "fast-check";
import { expect, test } from "vitest";
import { aroundChange } from "./values.ts";

const long = "x".repeat(200);

test.each([
  { before: "abc", after: "abd", width: 20, shown: ["abc", "abd"] },
  { before: `${long}1`, after: `${long}2`, width: 10, shown: ["…xxxxxxxx1", "…xxxxxxxx2"] },
  { before: `1${long}`, after: `2${long}`, width: 10, shown: ["1xxxxxxxx…", "2xxxxxxxx…"] },
  { before: `${long}1${long}`, after: `${long}2${long}`, width: 10, shown: ["…xxx1xxxx…", "…xxx2xxxx…"] },
  { before: long, after: `${long}yz`, width: 10, shown: ["…xxxxxxx", "…xxxxxxxyz"] },
])("$before and $after differ in $shown", ({ before, after, width, shown }) => {
  expect(aroundChange(before, after, width)).toEqual(shown);
});

test("two different lines never look the same, and fit", () => {
  const text = fc.string({ maxLength: 60 });
  fc.assert(
    fc.property(text, text, text, fc.integer({ min: 6, max: 40 }), (start, one, other, width) => {
      fc.pre(one !== other);
      const [a, b] = aroundChange(start + one, start + other, width);
      expect(a).not.toBe(b);
      expect(Math.max(a.length, b.length)).toBeLessThanOrEqual(width);
    }),
  );
});
