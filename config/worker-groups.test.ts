import fc from "fast-check";
import { expect, test } from "vitest";
import { allQueues } from "./queues.ts";
import { isWorkers, workersOf } from "./worker-groups.ts";

const main = { count: 2, memoryMb: 1024, concurrency: 10 };

test("without groups, the main workers serve what Chatwoot's file lists", () => {
  expect(workersOf({ ...main, groups: {} })).toEqual([
    { ...main, name: "worker", group: undefined, key: "worker", queues: allQueues, serves: undefined },
  ]);
});

test("each queue has exactly one kind of workers, whatever the groups take", () => {
  fc.assert(
    fc.property(fc.subarray([...allQueues], { minLength: 1 }), fc.nat(15), (queues, at) => {
      const groups = [queues.slice(0, at), queues.slice(at)].filter(({ length }) => length > 0);
      const workers = workersOf({
        ...main,
        groups: Object.fromEntries(groups.map((own, index) => [`g${index}`, { ...main, queues: own }])),
      });
      expect(workers.flatMap((each) => each.queues).sort()).toEqual([...allQueues].sort());
      expect(workers.map(({ name }) => name).every(isWorkers)).toBe(true);
      // What the main workers leave out of Chatwoot's file is what the groups serve.
      expect(workers[0].serves).toEqual({ allBut: groups.flat() });
    }),
  );
});
