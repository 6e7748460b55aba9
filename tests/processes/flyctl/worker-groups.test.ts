import { afterEach, expect, test } from "vitest";
import { messagesOf, StackWorld } from "./stack-world.ts";

/* Groups of workers as process groups of Fly: added, changed and removed. */

const app = "hotdash-chatwoot";
const mail = { queues: ["mailers", "low"], count: 2, concurrency: 2, memoryMb: 512 };

let world: StackWorld;
afterEach(() => world.dispose());

type Settings = { settings: Record<string, Record<string, unknown>> };
const groups = (found: object) => (values: Settings) =>
  void (values.settings["worker"] = { ...values.settings["worker"], groups: found });

async function up(found: object): Promise<void> {
  const run = await world.up(groups(found));
  expect(run.ok, messagesOf(run)).toBe(true);
  // What the stack holds and what runs are the same, and a second run has nothing to do.
  expect(await world.drift()).toEqual([]);
  const before = world.calls;
  const again = await world.up(groups(found));
  expect(again.ok, messagesOf(again)).toBe(true);
  expect(world.changesSince(before)).toEqual([]);
}

/** Each machine as `worker-mail 512 MB, -q mailers`. */
const machines = (): string[] =>
  world.state.apps[app]!.machines.map(({ config }) => {
    const queues = (config.init?.cmd ?? []).join(" ").match(/-q [a-z_]+/g) ?? [];
    return [`${config.metadata["fly_process_group"]} ${config.guest.memory_mb} MB`, ...queues].join(", ");
  }).sort();

test("a group is added, resized and removed, and the main worker serves the rest", async () => {
  world = new StackWorld();
  await up({});
  expect(machines()).toEqual(["web 1024 MB", "worker 1024 MB"]);

  await up({ mail });
  const own = "worker-mail 512 MB, -q mailers, -q low";
  expect(machines()).toEqual(["web 1024 MB", "worker 1024 MB", own, own]);
  const workers = world.state.apps[app]!.machines.filter(
    ({ config }) => config.metadata["fly_process_group"] !== "web",
  );
  expect(workers.map(({ config }) => Object.keys(config.checks ?? {}))).toEqual([["worker"], ["worker"], ["worker"]]);

  await up({ mail: { ...mail, count: 1, memoryMb: 1024 } });
  expect(machines()).toEqual(["web 1024 MB", "worker 1024 MB", "worker-mail 1024 MB, -q mailers, -q low"]);

  await up({});
  expect(machines()).toEqual(["web 1024 MB", "worker 1024 MB"]);
});
