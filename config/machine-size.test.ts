import fc from "fast-check";
import { expect, test } from "vitest";
import { growsTo, maxSharedMemoryMb, sharedSize } from "./machine-size.ts";

test.each([
  [256, 1, "shared-cpu-1x"],
  [2048, 1, "shared-cpu-1x"],
  [2048, 2, "shared-cpu-2x"],
  [2304, 1, "shared-cpu-2x"],
  [8192, 2, "shared-cpu-4x"],
  [16384, 1, "shared-cpu-8x"],
])("%i MiB on %i processors or more: %s", (memoryMb, minCpus, size) => {
  expect(sharedSize(memoryMb, minCpus)).toBe(size);
});

test("a machine keeps its size up to the maximum of that size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: maxSharedMemoryMb }), (memoryMb) => {
      expect(growsTo(memoryMb)).toBeGreaterThanOrEqual(memoryMb);
      expect(sharedSize(growsTo(memoryMb))).toBe(sharedSize(memoryMb));
      if (growsTo(memoryMb) < maxSharedMemoryMb)
        expect(sharedSize(growsTo(memoryMb) + 1)).not.toBe(sharedSize(memoryMb));
    }),
  );
});
