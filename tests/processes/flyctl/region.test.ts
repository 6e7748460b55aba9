import { afterEach, expect, test } from "vitest";
import { messagesOf, StackWorld } from "./stack-world.ts";

/* The move to another region, as docs/runbooks/disaster-recovery.md has it. */

const app = "hotdash-chatwoot";

let world: StackWorld;
afterEach(() => world.dispose());

const regions = (): string[] => world.state.apps[app]!.machines.map(({ region }) => region);

async function deployed(redis?: object): Promise<void> {
  world = new StackWorld(({ settings }) => redis && (settings["fly"].redis = redis));
  const { ok, outputs: _, ...run } = await world.up();
  expect(ok, messagesOf({ ok, outputs: {}, ...run })).toBe(true);
}

/** Runs the commands of the refusal, in its order. */
async function runPrinted(message: string): Promise<void> {
  const commands = [...message.matchAll(/`(fly [^`]+)`/g)].map(([, command]) => command!);
  expect(commands).toHaveLength(2);
  for (const command of commands) await world.run(command);
}

test("another region is refused before any change, and the printed commands move the machines", async () => {
  await deployed();
  const iad = ({ settings }: { settings: Record<string, { region: string }> }) =>
    void (settings["fly"]!.region = "iad");
  const calls = world.calls;
  for (const run of [await world.preview(iad), await world.up(iad)]) {
    expect([run.ok, messagesOf(run)]).toEqual([
      false,
      expect.stringContaining("chatwoot:fly.region: is iad, but machines of the app hotdash-chatwoot are in ord"),
    ]);
  }
  expect(world.changesSince(calls)).toEqual([]);
  await runPrinted(messagesOf(await world.preview(iad)));
  expect(regions()).toEqual(["iad", "iad"]);
  const moved = await world.up(iad);
  expect(moved.ok, messagesOf(moved)).toBe(true);
  expect(regions()).toEqual(["iad", "iad"]);
  expect(await world.drift()).toEqual([]);
});

test("the stack's own Redis gets a successor in the new region", async () => {
  await deployed({ kind: "own" });
  type Settings = { settings: Record<string, Record<string, unknown>> };
  const iad = ({ settings }: Settings) => void (settings["fly"]!["region"] = "iad");
  expect(messagesOf(await world.preview(iad))).toContain("set another chatwoot:fly.redis.app, an empty Redis in iad");
  const both = (values: Settings) => {
    iad(values);
    values.settings["fly"]!["redis"] = { kind: "own", app: "hotdash-chatwoot-redis-iad" };
  };
  await runPrinted(messagesOf(await world.preview(both)));
  await world.unprotect();
  const moved = await world.up(both);
  expect(moved.ok, messagesOf(moved)).toBe(true);
  expect(Object.keys(world.state.apps)).toEqual([app, "hotdash-chatwoot-redis-iad"]);
  expect(world.state.apps["hotdash-chatwoot-redis-iad"]!.machines.map(({ region }) => region)).toEqual(["iad"]);
  expect(await world.drift()).toEqual([]);
});
