import fc from "fast-check";
import { compare, lt, lte } from "semver";
import { describe, expect, test } from "vitest";
import { upgradeBetween, upgradeProblem, versionOf } from "./upgrade.ts";
import { upgradeStops } from "./upgrade-stops.ts";
import { versions } from "../../config/versions.ts";

const ways: [running: string, wanted: string, kind: string, path?: string[]][] = [
  ["4.16.2", "4.16.2", "none"],
  ["4.16.2", "4.17.0", "forward"],
  ["4.16.2", "4.18.0", "forward"],
  ["3.16.0", "4.18.0", "through", ["4.1.0"]],
  ["4.1.0", "4.16.2", "forward"],
  ["4.1.1", "4.2.0", "forward"],
  ["3.16.0", "4.1.0", "forward"],
  ["3.16.0", "4.0.4", "forward"],
  ["2.17.0", "3.16.0", "forward"],
  ["2.10.0", "3.5.2", "forward"],
  ["4.0.4", "4.2.0", "through", ["4.1.0"]],
  ["3.16.0", "4.2.0", "through", ["4.1.0"]],
  ["3.4.0", "4.16.2", "through", ["4.1.0"]],
  ["2.16.0", "3.6.0", "through", ["3.5.2"]],
  ["2.10.0", "4.16.2", "through", ["3.5.2", "4.1.0"]],
  ["4.16.2", "4.16.1", "back"],
  ["4.16.2", "3.16.0", "back"],
];

test.each(ways)("%s to %s is %s", (running, wanted, kind, path) => {
  expect(upgradeBetween(running, wanted)).toEqual(path === undefined ? { kind } : { kind, path });
});

const version = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 20 }), fc.nat({ max: 9 }))
  .map((parts) => parts.join("."));

test("every reported path is valid step by step, and ends at the requested version", () => {
  fc.assert(
    fc.property(version, version, (running, wanted) => {
      const upgrade = upgradeBetween(running, wanted);
      if (upgrade.kind !== "through") return;
      const steps = [running, ...upgrade.path, wanted];
      expect([...steps].sort(compare)).toEqual(steps);
      for (let step = 1; step < steps.length; step++)
        expect(upgradeBetween(steps[step - 1]!, steps[step]!).kind).toBe("forward");
    }),
  );
});

test("only going back is back, and what is allowed is allowed in smaller steps too", () => {
  fc.assert(
    fc.property(version, version, version, (one, two, three) => {
      const [a, b, c] = [one, two, three].sort(compare) as [string, string, string];
      expect(upgradeBetween(a, c).kind === "back").toBe(false);
      expect(upgradeBetween(c, a).kind === "back").toBe(lt(a, c));
      if (upgradeBetween(a, c).kind === "forward")
        for (const kind of [upgradeBetween(a, b).kind, upgradeBetween(b, c).kind])
          expect(["forward", "none"]).toContain(kind);
    }),
  );
});

test("stops are in order, and each can be reached and left", () => {
  for (const [index, { through, from, blocks }] of upgradeStops.entries()) {
    expect(lte(from, through) && lt(through, blocks)).toBe(true);
    const before = upgradeStops[index - 1];
    if (before !== undefined) expect(lt(before.blocks, through)).toBe(true);
  }
});

test("the version of this release can be gone to from the stop before it", () => {
  const pinned = versionOf(versions.chatwootImage)!;
  expect(upgradeBetween(upgradeStops.at(-1)!.through, pinned).kind).toBe("forward");
});

test.each([
  ["chatwoot/chatwoot:v4.16.2", "4.16.2"],
  ["chatwoot/chatwoot:v4.16.2-ce", "4.16.2"],
  ["registry.example.com:5000/chatwoot:4.16.2", "4.16.2"],
  [`chatwoot/chatwoot:v4.16.2@sha256:${"0".repeat(64)}`, "4.16.2"],
  [`chatwoot/chatwoot@sha256:${"0".repeat(64)}`, undefined],
  ["registry.example.com:5000/chatwoot:main-3f2a", undefined],
  ["chatwoot/chatwoot:v4", undefined],
])("%s is version %s", (image, expected) => {
  expect(versionOf(image)).toBe(expected);
});

describe("the reported problem", () => {
  const of = (tag: string): string => `chatwoot/chatwoot:v${tag}`;

  test("of a way that leads through others: the whole path", () => {
    expect(upgradeProblem(of("2.10.0"), of("4.16.2"))).toMatch(/Deploy 3\.5\.2, then 4\.1\.0, then 4\.16\.2$/);
  });

  test("of a downgrade: the command, and the setting that allows it", () => {
    expect(upgradeProblem(of("4.17.0"), of("4.16.2"))).toContain("ops -- rollback");
    expect(upgradeProblem(of("4.17.0"), of("4.16.2"))).toContain("chatwoot:uncheckedImage");
  });

  test("none for an allowed image, without a running image, or without a version in the tag", () => {
    expect(upgradeProblem(of("4.17.0"), of("4.16.2"), of("4.16.2"))).toBeUndefined();
    expect(upgradeProblem(of("4.17.0"), of("4.16.2"), of("4.16.1"))).toBeDefined();
    expect(upgradeProblem(undefined, of("4.16.2"))).toBeUndefined();
    expect(upgradeProblem("fork/chatwoot:main", of("4.16.2"))).toBeUndefined();
  });
});
