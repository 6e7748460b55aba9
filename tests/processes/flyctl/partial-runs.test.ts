import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FaultFile } from "flyctl-stand-in";
import { exhaustive } from "../../helpers/exhaustive.ts";
import { PartialWorld, type Config, type RunOptions } from "./partial-world.ts";
import type { Target } from "./steps-here.ts";

/* Failed, killed, partial and reverted runs: what a preview calls unchanged runs on every machine. */

const before: Config = { image: "v1", password: "a" };
const newImage: Config = { ...before, image: "v2" };
const newPassword: Config = { ...before, password: "b" };

let world: PartialWorld;
beforeEach(async () => {
  world = new PartialWorld();
  expect(await world.up(before)).toBe(true);
});
afterEach(() => world.dispose());

const running = ({ image, password }: Config) => Array(2).fill({ image, password, isServing: true, stored: password });

const secretsFail: FaultFile = { calls: [{ match: "^secrets list", nth: 3, action: "fail", message: "unauthorized" }] };
const unhealthy: FaultFile = { updateError: ["worker"] };

describe("a change that failed and is taken back is deployed", () => {
  const cases: [what: string, change: Config, options: RunOptions][] = [
    ["an image that reached a machine", newImage, { faults: unhealthy }],
    ["an image whose preparation failed", newImage, { faults: { releaseCommand: { exitCode: 1 } } }],
    [
      "an image whose failed preparation flyctl forgot",
      newImage,
      { faults: { releaseCommand: { exitCode: 1, isForgotten: true } } },
    ],
    ["an image whose run was killed after the release", newImage, { lostAfter: "deployment-release" }],
    ["a secret whose step failed after its import", newPassword, { faults: secretsFail }],
    ["a secret whose run was killed after its import", newPassword, { lostAfter: "app-secrets-staged" }],
    ["a secret whose run was killed after the release", newPassword, { lostAfter: "deployment-release" }],
  ];
  test.each(cases)("%s", async (_what, change, options) => {
    expect(await world.up(change, options)).toBe(false);
    const secrets = change === newPassword ? ["update app-secrets-staged"] : [];
    expect(await world.preview(before)).toEqual([...secrets, "update deployment-release"]);
    expect(await world.up(before)).toBe(true);
    expect(world.runs()).toEqual(running(before));
    const { releases } = world;
    expect(await world.preview(before)).toEqual([]);
    expect(await world.up(before)).toBe(true);
    expect(world.releases).toEqual(releases);
  });
});

describe("a new secret that a failed run left, and the stack file has no more, is removed", () => {
  const more: Config = { ...before, more: ["FOO", "OPTIONAL"] };
  const cases: [what: string, options: RunOptions][] = [
    ["its step failed after the import", { faults: secretsFail }],
    [
      "its step failed before it removed others",
      { faults: { calls: [{ match: "^secrets unset", action: "fail", message: "unauthorized" }] } },
    ],
    ["the run was killed after the import", { lostAfter: "app-secrets-staged" }],
    ["the release failed", { faults: { releaseCommand: { exitCode: 1 } } }],
    ["the run was killed after the release", { lostAfter: "deployment-release" }],
    ["only the secrets were staged", { target: "app-secrets-staged" }],
  ];
  test.each(cases)("%s", async (_what, options) => {
    await world.flyctl("secrets", "set", "OWN=1", "--stage");
    await world.up(more, options);
    expect(world.names).toContain("FOO");
    expect(await world.up(before)).toBe(true);
    expect(world.names).toEqual(["OWN", "PASSWORD"]);
    expect(world.runs()).toEqual(running(before));
    expect(await world.preview(before)).toEqual([]);
  });

  test("a release alone, after its step failed, does not forget it", async () => {
    expect(await world.up(more, { faults: secretsFail })).toBe(false);
    await world.up(more, { target: "deployment-release" });
    expect(await world.up(before)).toBe(true);
    expect(world.names).toEqual(["PASSWORD"]);
  });

  test("a run that succeeds leaves no mark, and needs no more calls the next time", async () => {
    expect(await world.up(more)).toBe(true);
    expect(world.names).toEqual(["FOO", "OPTIONAL", "PASSWORD"]);
    const { calls } = world;
    expect(await world.up({ ...more, password: "b" })).toBe(true);
    expect(world.calls.slice(calls.length)).not.toContain("secrets unset");
    expect(await world.preview({ ...more, password: "b" })).toEqual([]);
  });
});

test("an unchanged run makes three reads and no release", async () => {
  const { calls, releases } = world;
  expect(await world.up(before)).toBe(true);
  expect(world.calls.slice(calls.length).sort()).toEqual(["machine list", "releases --app", "secrets list"]);
  expect(world.releases).toEqual(releases);
});

test("a partial release keeps the secrets that were staged, and the next full run brings the new ones", async () => {
  expect(await world.up(newPassword, { target: "deployment-release" })).toBe(true);
  expect(await world.up(newPassword, { target: "app-secrets-staged" })).toBe(true);
  expect(await world.preview(newPassword)).toContain("update deployment-release");
  expect(await world.up(newPassword)).toBe(true);
  expect(world.runs()).toEqual(running(newPassword));
});

test("a partial release of secrets that a failed run has left is not taken for the staged ones", async () => {
  expect(await world.up(newPassword, { faults: secretsFail })).toBe(false);
  expect(await world.up(newImage, { target: "deployment-release" })).toBe(true);
  expect(await world.up(newImage, { lostAfter: "app-secrets-staged" })).toBe(false);
  expect(world.runs()[0]).toMatchObject({ password: "b", stored: "a" });
  expect(await world.preview(newImage)).toEqual(["update app-secrets-staged", "update deployment-release"]);
  expect(await world.up(newImage)).toBe(true);
  expect(world.runs()).toEqual(running(newImage));
});

test.each([
  ["cordoned", { cordoned: true }],
  ["stopped", { state: "stopped" }],
])("machines that are %s serve again after a run without a change", async (_how, left) => {
  world.changeMachines(left);
  const { releases } = world;
  expect(await world.up(before)).toBe(true);
  expect(world.runs()).toEqual(running(before));
  expect(world.releases).toEqual(releases);
});

function expectThere(one: PartialWorld, config: Config): void {
  expect(one.runs()).toEqual(running(config));
  expect(one.names).toEqual(["PASSWORD", ...(config.more ?? [])].sort());
}

const faults: Record<string, RunOptions> = {
  none: {},
  "secrets after import": { faults: secretsFail },
  preparation: { faults: { releaseCommand: { exitCode: 1 } } },
  "forgotten preparation": { faults: { releaseCommand: { exitCode: 1, isForgotten: true } } },
  "half a release": { faults: unhealthy },
  "lost after the secrets": { lostAfter: "app-secrets-staged" },
  "lost after the release": { lostAfter: "deployment-release" },
};

const action = fc.record({
  image: fc.constantFrom("v1", "v2"),
  password: fc.constantFrom("a", "b"),
  more: fc.constantFrom([], ["FOO"], ["OPTIONAL"]),
  target: fc.constantFrom<(Target | undefined)[]>(undefined, undefined, "app-secrets-staged", "deployment-release"),
  fault: fc.constantFrom(...Object.keys(faults)),
});

test("in any order of partial and failed runs, a clean preview means that every machine runs what it shows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 5 }), async (actions) => {
      const one = new PartialWorld();
      try {
        await one.up(before);
        for (const { target, fault, ...wanted } of actions) {
          await one.up(wanted, { target, ...faults[fault] });
          for (const config of [wanted, before]) if ((await one.preview(config)).length === 0) expectThere(one, config);
        }
        const { target: _target, fault: _fault, ...config } = actions.at(-1)!;
        expect(await one.up(config)).toBe(true);
        expectThere(one, config);
        expect(await one.preview(config)).toEqual([]);
      } finally {
        one.dispose();
      }
    }),
    { numRuns: exhaustive ? 300 : 12 },
  );
});
