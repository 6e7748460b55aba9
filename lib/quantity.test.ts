import fc from "fast-check";
import { expect, test } from "vitest";
import { quantityNumber } from "./quantity.ts";

test.each([
  ["500m", 0.5],
  ["0.7", 0.7],
  ["700m", 0.7],
  ["1.5Gi", 1.5 * 1024 ** 3],
  ["1024Mi", 1024 ** 3],
  ["1Gi", 1024 ** 3],
  ["2k", 2000],
  ["-3", -3],
  [".5", 0.5],
  ["5.", 5],
  ["100n", 1e-7],
  ["1e3", undefined],
  ["1ki", undefined],
  ["m", undefined],
  [".", undefined],
  ["", undefined],
  ["10 Gi", undefined],
])("the number of %j", (text, number) => {
  expect(quantityNumber(text)).toBe(number);
});

test("two notations of one quantity are equal", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e6, max: 1e6 }), (count) => {
      expect(quantityNumber(`${count * 1024}Mi`)).toBe(quantityNumber(`${count}Gi`));
      expect(quantityNumber(`${count}m`)).toBe(quantityNumber(String(count / 1000)));
    }),
  );
});
