import { afterEach, beforeEach, expect, test } from "vitest";
import { tigrisNames } from "../../../components/driver/tigris.ts";
import { effectiveSecrets, type State } from "flyctl-stand-in";
import { DriverWorld } from "./driver-world.ts";

const inputs = { BUCKET: "chat-files" };
let world: DriverWorld;
beforeEach(async () => {
  world = new DriverWorld();
  await world.converge("app");
});
afterEach(() => world.dispose());

const secrets = (): Record<string, string> => effectiveSecrets(world.state.apps["chat"]!);
const setSecret = (state: State, name: string, value: string | null): void => {
  const app = state.apps["chat"]!;
  app.secretsVersion += 1;
  app.secretHistory.push({ version: app.secretsVersion, name, value, at: new Date().toISOString() });
};
const made = (name: string, app = "chat") => ({
  name,
  org: "personal",
  app,
  public: false,
  createdAt: new Date().toISOString(),
});

/** The keys that Fly gave the app appear in no output and no evidence of the driver. */
function expectNoKeyIn(...outputs: string[]): void {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key } = secrets();
  expect([id, key]).toEqual([expect.stringMatching(/^tid_/), expect.stringMatching(/^tsec_/)]);
  const { text, accounts } = world.evidence();
  expect(Object.keys(accounts)).not.toEqual([]);
  for (const each of [...outputs, text, JSON.stringify(accounts)])
    for (const secret of [id!, key!]) expect(each).not.toContain(secret);
}

test("is created once, and only the app gets its keys", async () => {
  const first = await world.step("bucket", { inputs });
  expect([first.code, first.stdout]).toEqual([0, '{"bucket":"chat-files","adopted":false}']);
  expect(Object.keys(secrets()).sort()).toEqual([...tigrisNames].sort());
  const again = await world.step("bucket", { inputs });
  expect(again.stdout).toBe('{"bucket":"chat-files","adopted":true}');
  expect(world.calls(true)).toEqual(["apps create", "storage create"]);
  expectNoKeyIn(first.stderr, again.stderr);
});

test("a call that failed after creating the bucket shows no key, and the next run adopts the bucket", async () => {
  world.faults({ calls: [{ match: "^storage create", action: "fail-after", message: "planted trouble: forbidden" }] });
  const { code, stdout, stderr } = await world.step("bucket", { inputs });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("planted trouble");
  expectNoKeyIn(stderr);
  world.faults({});
  expect(await world.converge("bucket", { inputs })).toEqual({ bucket: "chat-files", adopted: true });
});

test.each(["storage create", "secrets list", "storage list"])("%s fails, and the next run continues", async (match) => {
  world.faults({ calls: [{ match: `^${match}`, action: "fail", message: "planted trouble: forbidden" }] });
  const { code, stderr } = await world.step("bucket", { inputs });
  expect([code, stderr]).toEqual([1, expect.stringContaining("planted trouble")]);
  world.faults({});
  await world.converge("bucket", { inputs });
  expect(Object.keys(world.state.buckets)).toEqual(["chat-files"]);
});

test("a failing query hides no bucket", async () => {
  await world.converge("bucket", { inputs });
  world.faults({ calls: [{ match: "^storage status", action: "fail", message: "planted trouble: forbidden" }] });
  expect(await world.converge("bucket", { inputs })).toEqual({ bucket: "chat-files", adopted: true });
});

const refusals: [what: string, change: (state: State) => void, message: RegExp][] = [
  [
    "another bucket",
    (state) => (state.buckets["old"] = made("old")),
    /^bucket chat-files: the app chat has the bucket old, and Fly gives an app one bucket\. Set chatwoot:storage\.bucket to old, or move /m,
  ],
  [
    "a bucket without keys",
    (state) => (state.buckets["chat-files"] = made("chat-files")),
    /^bucket chat-files: exists, but the app chat does not have its keys.* Create new keys with `fly storage dashboard chat-files` and /m,
  ],
  [
    "another app's bucket of this name",
    (state) => (state.buckets["chat-files"] = made("chat-files", "other")),
    /^bucket chat-files: exists, but the app chat does not have its keys/m,
  ],
  [
    "secrets that would prevent Fly from setting its own",
    (state) => setSecret(state, "AWS_REGION", "eu-central-1"),
    /^bucket chat-files: does not exist, but the app chat has the secrets of another bucket.*`fly secrets unset AWS_REGION --app chat --stage`/m,
  ],
];

test.each(refusals)("rejects %s, and changes nothing", async (_what, change, message) => {
  world.change(change);
  const before = world.state;
  const { code, stderr } = await world.step("bucket", { inputs });
  expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  expect(world.state).toEqual(before);
});

test("adopts a manually created bucket whose keys were set manually", async () => {
  world.change((state) => {
    state.buckets["chat-files"] = made("chat-files", "");
    for (const name of tigrisNames) setSecret(state, name, "by-hand");
  });
  expect(await world.converge("bucket", { inputs })).toEqual({ bucket: "chat-files", adopted: true });
});

test("reports that machines restart if the app has any", async () => {
  world.change((state) => (state.apps["chat"]!.deployed = true));
  const { stderr } = await world.step("bucket", { inputs });
  expect(stderr).toMatch(/^chat is deployed: Fly gives its machines the keys at once, and restarts all of them\.$/m);
});

test("survives the deletion of everything else", async () => {
  await world.converge("bucket", { inputs });
  expect((await world.step("bucket", { inputs, args: ["--delete"] })).code).toBe(0);
  expect((await world.step("app", { args: ["--delete"] })).code).toBe(0);
  expect(Object.keys(world.state.buckets)).toEqual(["chat-files"]);
});
