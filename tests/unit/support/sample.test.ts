import { afterEach, expect, test, vi } from "vitest";

const all = Array.from({ length: 36 }, (_, index) => index + 1);

afterEach(() => vi.unstubAllEnvs());

async function sampleWith(value: string, list: readonly number[], count: number): Promise<readonly number[]> {
  vi.stubEnv("EXHAUSTIVE", value);
  vi.resetModules();
  const { sample } = await import("../../helpers/sample.ts");
  return sample(list, count);
}

test("takes the first, the last and evenly spaced ones between them", async () => {
  expect(await sampleWith("", all, 2)).toEqual([1, 36]);
  expect(await sampleWith("", all, 4)).toEqual([1, 13, 24, 36]);
});

test("takes all where there are no more, and in an exhaustive run", async () => {
  expect(await sampleWith("", [1, 2, 3], 3)).toEqual([1, 2, 3]);
  expect(await sampleWith("1", all, 4)).toEqual(all);
});
