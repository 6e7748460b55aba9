import { expect, test, vi } from "vitest";
import { perVersion } from "../../src/per-version.ts";
import { memoryState, type ResourceState } from "../../src/index.ts";

const resource = (): ResourceState => ({ urn: "urn:a", type: "t", custom: true, outputs: { size: 1 } });

test("computes again only when a field was added, removed or given another value", () => {
  const compute = vi.fn(({ id }: ResourceState) => id);
  const cached = perVersion(compute);
  const one = resource();
  cached(one);
  cached(one);
  expect(compute).toHaveBeenCalledTimes(1);
  one.id = "x";
  expect([cached(one), cached(one)]).toEqual(["x", "x"]);
  delete one.id;
  expect(cached(one)).toBeUndefined();
  one.outputs = { size: 1 };
  cached(one);
  expect(compute).toHaveBeenCalledTimes(4);
  cached({ ...one });
  expect(compute).toHaveBeenCalledTimes(5);
});

test("a state in memory is what was saved, whatever happens to the resources later", async () => {
  const state = memoryState();
  const one = resource();
  const save = () => state.save(() => ({ resources: [one], pendingOperations: [{ resource: one, type: "creating" }] }));
  await save();
  one.outputs = { size: 2 };
  expect((await state.load()).resources).toEqual([resource()]);
  (await state.load()).resources[0]!.outputs!["size"] = 3;
  expect((await state.load()).resources).toEqual([resource()]);
  await save();
  expect(await state.load()).toEqual({ resources: [one], pendingOperations: [{ resource: one, type: "creating" }] });
});
