import { afterAll, beforeAll, expect, test } from "vitest";
import { effectiveSecrets, type Machine, type State } from "flyctl-stand-in";
import { messagesOf, StackWorld } from "./stack-world.ts";

/* Every command that `ops drift` prints works, and drift is clean afterwards. */

const app = "hotdash-chatwoot";
const redisApp = `${app}-redis`;
const backupApp = `${app}-backup`;

let world: StackWorld;
let key: string | undefined;
beforeAll(async () => {
  world = new StackWorld(({ settings, secrets }) => {
    // Its services are elsewhere.
    delete settings["support"];
    delete secrets["factsDatabaseUrl"];
    settings["url"] = "https://chat.hotdash.example";
    settings["fly"].redis = { kind: "own" };
    settings["fly"].backup = { bucket: "dumps", endpoint: "https://fly.storage.tigris.dev", region: "auto" };
    Object.assign(secrets, { backupAccessKeyId: "planted-id", backupSecretAccessKey: "planted-key" });
  });
  const first = await world.up();
  expect(first.ok, messagesOf(first)).toBe(true);
  world.change(({ apps }) => (apps[app]!.certificates[0]!.configured = true));
  key = keysOf(world.state);
});
afterAll(() => world.dispose());

const keysOf = ({ apps }: State): string | undefined => effectiveSecrets(apps[app]!)["SECRET_KEY_BASE"];

const group = (name: string, state: State): Machine[] =>
  state.apps[app]!.machines.filter(({ config }) => config.metadata["fly_process_group"] === name);
const mark = (state: State): string => /CHATWOOT_ROOT_KEYS_[0-9A-F]+/.exec(JSON.stringify(state.apps[app]))![0];

test("finds nothing after a deployment", async () => {
  expect(await world.drift()).toEqual([]);
});

test.each<[string, () => void | Promise<void>, string[]]>([
  ["one more machine", () => world.fly("scale", "count", "web=2", "--app", app, "--yes"), ["web machines"]],
  ["no worker", () => world.fly("scale", "count", "worker=0", "--app", app, "--yes"), ["worker machines"]],
  [
    "machines in another region",
    () => world.change((state) => state.apps[app]!.machines.forEach((each) => (each.region = "iad"))),
    ["web region", "worker region"],
  ],
  [
    "stopped and cordoned machines",
    () =>
      world.change((state) =>
        state.apps[app]!.machines.forEach((each) => Object.assign(each, { state: "stopped", cordoned: true })),
      ),
    ["web machines", "worker machines"],
  ],
  ["a size", () => world.fly("scale", "memory", "512", "-g", "worker", "--app", app), ["worker size"]],
  [
    "a group of another deployment",
    () =>
      world.change((state) => {
        const copy = structuredClone(group("web", state)[0]!);
        copy.config.metadata["fly_process_group"] = "console";
        state.apps[app]!.machines.push({ ...copy, id: "9080console" });
      }),
    ["console machines"],
  ],
  [
    "changed, missing and unknown secrets",
    async () => {
      await world.fly("secrets", "set", "FOO=1", "SECRET_KEY_BASE=planted", "--stage", "--app", app);
      await world.fly("secrets", "unset", "REDIS_URL", "--stage", "--app", app);
    },
    ["secret REDIS_URL", "secret SECRET_KEY_BASE", "secret FOO", "secrets"],
  ],
  [
    "a new secret that a failed run has staged",
    () => world.fly("secrets", "set", "FOO=1", "CHATWOOT_STAGED_FOO=1", "--stage", "--app", app),
    ["secret CHATWOOT_STAGED_FOO", "secret FOO", "secrets"],
  ],
  [
    "no mark of the root keys",
    () => world.fly("secrets", "unset", mark(world.state), "--stage", "--app", app),
    [expect.stringMatching(/^secret CHATWOOT_ROOT_KEYS_/) as string],
  ],
  ["a secret on the machines", () => world.fly("secrets", "set", "BAR=1", "--app", app), ["release", "secret BAR"]],
  [
    "a released address and a removed certificate",
    async () => {
      const { address } = world.state.apps[app]!.ips.find(({ type }) => type === "v6")!;
      await world.fly("ips", "release", address, "--app", app);
      await world.fly("certs", "remove", "chat.hotdash.example", "--app", app, "--yes");
    },
    ["certificate chat.hotdash.example", "address v6"],
  ],
  [
    "the size of Redis",
    () => world.change(({ apps }) => (apps[redisApp]!.machines[0]!.config.guest.memory_mb = 256)),
    ["redis size"],
  ],
  [
    "the size of the backup's machine",
    () => world.change(({ apps }) => (apps[backupApp]!.machines[0]!.config.guest.memory_mb = 256)),
    [expect.stringMatching(/^machine /) as string],
  ],
  [
    "a missing machine of the backup",
    () => world.change(({ apps }) => (apps[backupApp]!.machines = [])),
    [expect.stringMatching(/^machine /) as string],
  ],
  [
    "operations that a killed run left",
    () => world.leavePending("creating", "deployment-release", "fly-app"),
    ["pending operation of fly-app", "pending operation of deployment-release"],
  ],
  [
    "an update that a killed run left",
    () => world.leavePending("updating", "deployment-release"),
    ["pending operation of deployment-release"],
  ],
  ["an app in another organization", () => world.fly("apps", "move", app, "--org", "personal", "--yes"), ["app"]],
])("%s", async (_, change, rows) => {
  await change();
  const found = await world.drift();
  expect(found.map(({ what }) => what)).toEqual(rows);
  for (const fix of new Set(found.map((each) => each.fix))) {
    await world.run(fix);
    world.change(({ apps }) => apps[app]!.certificates.forEach((each) => (each.configured = true)));
  }
  expect(await world.drift()).toEqual([]);
  const { ok, changes } = await world.preview();
  expect([ok, Object.keys(changes)]).toEqual([true, ["same"]]);
});

test("a deleted app: recreated with the same root keys", async () => {
  await world.fly("apps", "destroy", app, "--yes");
  const found = await world.drift();
  expect(found.map(({ what, actual }) => [what, actual])).toEqual([["app", "gone"]]);
  await world.run(found[0]!.fix);
  world.change(({ apps }) => apps[app]!.certificates.forEach((each) => (each.configured = true)));
  expect(await world.drift()).toEqual([]);
  expect(keysOf(world.state)).toBe(key);
});
