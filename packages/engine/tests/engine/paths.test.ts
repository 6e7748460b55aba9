import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatPath, leafDiff, parsePath, resetPath, type Value } from "../../src/index.ts";

const path = fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.nat(20)), { minLength: 1, maxLength: 5 });
const value: fc.Arbitrary<Value> = fc.jsonValue({ maxDepth: 3, stringUnit: fc.constantFrom("a", "b", "c") });

describe("property paths", () => {
  test("are parsed as they were written", () => {
    fc.assert(
      fc.property(path, (elements) => {
        expect(parsePath(formatPath(elements))).toEqual(elements);
      }),
    );
  });

  test("name exactly the differences: resetting every difference restores the old value", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("a", "b", "c"), value),
        fc.dictionary(fc.constantFrom("a", "b", "c"), value),
        (a, b) => {
          const changes = leafDiff(a, b).filter(({ path: changed }) =>
            changed.every((element) => typeof element === "string"),
          );
          const reset = changes.reduce<Value>((now, change) => resetPath(now, a, change.path), b);
          const left = leafDiff(a, reset).filter(({ path: changed }) =>
            changed.every((element) => typeof element === "string"),
          );
          expect(left).toEqual([]);
          expect(leafDiff(a, a)).toEqual([]);
        },
      ),
    );
  });
});
