import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { effectiveSecrets, type FaultFile } from "flyctl-stand-in";
import { messagesOf, StackWorld } from "./stack-world.ts";

/* A state that is lost, whole or in part, at every stage of a life: refused before any change, or recovered without loss. */

const app = "hotdash-chatwoot";
const redisApp = `${app}-redis`;

let world: StackWorld;
beforeEach(() => {
  world = new StackWorld(({ settings }) => (settings["fly"].redis = { kind: "own" }));
});
afterEach(() => world.dispose());

const rootKeys = /^(SECRET_KEY_BASE|ACTIVE_RECORD_ENCRYPTION_.*)$/;

/** The root keys and Redis' password, as Fly stores them. */
const keysOf = (): Record<string, string> =>
  Object.fromEntries([
    ...Object.entries(effectiveSecrets(world.state.apps[app]!)).filter(([name]) => rootKeys.test(name)),
    ...Object.entries(effectiveSecrets(world.state.apps[redisApp]!)),
  ]);

const removeMachines = (): void => world.change(({ apps }) => (apps[app]!.machines = []));

async function deploy(faults?: FaultFile): Promise<void> {
  if (faults !== undefined) world.faults(faults);
  const { ok } = await world.up();
  expect(ok).toBe(faults === undefined);
  world.faults({});
}

const failing = (match: string): FaultFile => ({ calls: [{ match, action: "fail", message: "planted: forbidden" }] });

describe("before Chatwoot has used the root keys, a new state takes over", () => {
  test.each([
    ["the app", "^secrets import"],
    ["Redis", `^secrets import --app ${app} `],
    ["the staged secrets", `^config validate --app ${app} `],
  ])("after %s", async (_, match) => {
    await deploy(failing(match));
    await world.loseState();
    await deploy();
    expect(await world.drift()).toEqual([]);
    expect(Object.keys(effectiveSecrets(world.state.apps[app]!)).filter((name) => /ROOT_KEYS/.test(name))).toHaveLength(
      1,
    );
    expect((await world.preview()).changes).toEqual({ same: expect.any(Number) as number });
  });
});

describe("refused before any change", () => {
  const lose: [string, () => Promise<void>][] = [
    ["the whole state", () => world.loseState()],
    ["the encryption keys", () => world.loseState("secrets-encryption")],
    ["the key of sessions", () => world.loseState("secrets-secret-key-base")],
  ];
  const stages: [string, FaultFile | undefined, () => void][] = [
    ["after a failed first release", { releaseCommand: { exitCode: 1 } }, () => undefined],
    ["with machines", undefined, () => undefined],
    ["without machines", undefined, removeMachines],
  ];
  const cases = stages.flatMap(([stage, faults, then]) =>
    lose.map(([what, how]) => ({ stage, what, faults, then, how })),
  );
  test.each(cases)("$stage, $what is lost", async ({ faults, then, how }) => {
    await deploy(faults);
    then();
    const before = keysOf();
    const calls = world.calls;
    await how();
    for (const run of [await world.preview(), await world.up()]) {
      expect(run.ok).toBe(false);
      expect(messagesOf(run)).toMatch(
        /app hotdash-chatwoot: (runs with|has no machines, but a release that used its own) /,
      );
    }
    expect(keysOf()).toEqual(before);
    expect(world.changesSince(calls)).toEqual([]);
  });
});

test("the keys that a user read from a machine recover a lost state, and wrong ones are refused", async () => {
  await deploy();
  const kept = Object.fromEntries(Object.entries(keysOf()).filter(([name]) => rootKeys.test(name)));
  await world.loseState();
  const wrong = await world.up(({ secrets }) => {
    secrets["keptSecrets"] = JSON.stringify({ ...kept, SECRET_KEY_BASE: "5e".repeat(64) });
  });
  expect([wrong.ok, messagesOf(wrong)]).toEqual([false, expect.stringContaining("from another deployment")]);
  await world.loseState();
  const found = await world.up(({ secrets }) => (secrets["keptSecrets"] = JSON.stringify(kept)));
  expect(found.ok, messagesOf(found)).toBe(true);
  expect(keysOf()).toMatchObject(kept);
  expect(await world.drift()).toEqual([]);
});

test("the keys are discarded by the command that the refusal prints", async () => {
  await deploy();
  await world.loseState();
  const [, discard = ""] = /To discard them instead: `([^`]+)`/.exec(messagesOf(await world.up())) ?? [];
  await world.run(discard);
  await deploy();
  expect(await world.drift()).toEqual([]);
});

test("a state without the steps that follow Redis, or without all but the keys, is recovered", async () => {
  await deploy();
  const before = keysOf();
  for (const names of [
    ["redis-secrets", "app-secrets"],
    ["fly", "addresses", "redis-app", "redis-secrets", "deployment"],
  ]) {
    await world.loseState(...names);
    await deploy();
    expect(keysOf()).toEqual(before);
    expect(await world.drift()).toEqual([]);
  }
});

test("a lost state is refused in an app without a mark too, as an older version left it", async () => {
  await deploy();
  const name = Object.keys(effectiveSecrets(world.state.apps[app]!)).find((each) => /ROOT_KEYS/.test(each))!;
  await world.fly("secrets", "unset", name, "--stage", "--app", app);
  const before = effectiveSecrets(world.state.apps[app]!);
  await world.loseState();
  expect(messagesOf(await world.up())).toMatch(/app hotdash-chatwoot: runs with .*SECRET_KEY_BASE from another/);
  expect(effectiveSecrets(world.state.apps[app]!)).toEqual(before);
});
