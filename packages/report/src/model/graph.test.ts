import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layered } from "../layout/elk.ts";
import { overview } from "../layout/overview.ts";
import { buildReport } from "./build.ts";
import { drawnEdges, inheritedNeeds, reduceEdges } from "./graph.ts";
import { madeRun, urnOf } from "../../tests/run.ts";

/** All reachable nodes, by position. */
function reach(edges: readonly (readonly number[])[]): Set<number>[] {
  return edges.map((_, start) => {
    const found = new Set<number>();
    const open = [start];
    for (let node = open.pop(); node !== undefined; node = open.pop())
      for (const other of edges[node] ?? []) if (!found.has(other) && found.add(other)) open.push(other);
    return found;
  });
}

/** Acyclic graphs: each node depends on some nodes before it. */
const acyclic = fc
  .integer({ min: 1, max: 60 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, i) =>
        fc.array(fc.nat({ max: Math.max(0, i - 1) }), { maxLength: i === 0 ? 0 : 5 }),
      ),
    ),
  )
  .map((needs) => needs.map((some) => [...new Set(some)]));

describe("implied edges", () => {
  test("are removed, and reachability stays the same", () => {
    fc.assert(
      fc.property(acyclic, (needs) => {
        const reduced = reduceEdges(needs);
        const before = reach(needs);
        expect(reach(reduced)).toEqual(before);
        reduced.forEach((some, node) => {
          expect(needs[node]).toEqual(expect.arrayContaining(some));
          // No other edge of the same node implies a remaining edge.
          for (const one of some)
            for (const other of some) expect(one !== other && before[other]?.has(one)).toBe(false);
        });
      }),
    );
  });

  test("terminates on a cycle, and a chain of 5,000 does not overflow the stack", () => {
    expect(reduceEdges([[1], [2], [0]]).flat()).toHaveLength(2);
    const chain = Array.from({ length: 5_000 }, (_, i) => (i === 0 ? [] : [i - 1]));
    expect(reduceEdges(chain)).toEqual(chain);
  });

  test("dependencies of a component apply to its children, and are drawn as one arrow", () => {
    const resources = [
      { parent: undefined, needs: [] },
      { parent: undefined, needs: [0] },
      { parent: 1, needs: [] },
      { parent: 1, needs: [2, 1] },
    ];
    const effective = resources.map((one, index) => ({ ...one, needs: inheritedNeeds(resources, index) }));
    expect(effective.map(({ needs }) => needs)).toEqual([[], [0], [0], [2, 0]]);
    expect(drawnEdges(effective)).toEqual([[], [0], [], [2]]);
  });
});

describe("the layout", () => {
  const { resources } = buildReport(
    madeRun([
      { name: "box", custom: false, startMs: 0, endMs: 0 },
      { name: "a", parent: urnOf("box"), startMs: 0, endMs: 5 },
      { name: "b", parent: urnOf("box"), needs: [urnOf("a")], startMs: 5, endMs: 9 },
      { name: "c", needs: [urnOf("b")], startMs: 9, endMs: 12 },
    ]),
  );

  test.each([
    ["of a few resources", layered, 2],
    ["of many", overview, 1],
  ])("%s: every resource once, inside its component, without overlaps", async (_what, lay, edges) => {
    const layout = await lay(resources);
    expect(layout.nodes.map(({ resource }) => resource).sort()).toEqual([1, 2, 3]);
    expect(layout.edges).toHaveLength(edges);
    const box = layout.groups.find(({ resource }) => resource === 0) as (typeof layout.groups)[number];
    for (const { resource, x, y, width, height } of layout.nodes) {
      expect([x, y, layout.width - x - width, layout.height - y - height].every((free) => free >= 0)).toBe(true);
      const inside = x >= box.x && y >= box.y && x + width <= box.x + box.width && y + height <= box.y + box.height;
      expect(inside).toBe(resource !== 3);
      for (const other of layout.nodes) {
        const apart =
          x + width <= other.x || other.x + other.width <= x || y + height <= other.y || other.y + other.height <= y;
        expect(apart || other.resource === resource).toBe(true);
      }
    }
  });
});
