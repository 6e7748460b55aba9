import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Store } from "flyctl-stand-in";
import { app, deployedStaging, type Deployed } from "./support.ts";

let staging: Deployed;
beforeAll(async () => {
  staging = await deployedStaging();
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  new Store(staging.folders.fly).update((state) => {
    const { logs, machines } = state.apps[app]!;
    const of = (group: string) => machines.find(({ config }) => config.metadata["fly_process_group"] === group)!.id;
    const addLog = (minutes: number, group: string, message: string) =>
      logs.push({ timestamp: minutesAgo(minutes), level: "info", instance: of(group), region: "ord", message });
    logs.splice(0);
    addLog(60, "web", "an hour ago");
    addLog(5, "worker", "redis://default:planted-password@cache:6379 and planted-password { again");
    addLog(1, "web", '{"status":200,"api_access_token":"planted-token"}');
  });
});
afterAll(() => staging?.dispose());

const saved = (): string[] => readdirSync(join(staging.folders.artifacts, "ops"));

test("prints the last quarter of an hour without secrets, and saves the output", async () => {
  const printed = await staging.ops(["logs"]);
  expect(printed).toContain("[secret] { again");
  expect(printed).toMatch(/ web [0-9a-f]+ \[info\] \{"status":200,"api_access_token":"\[secret\]"\}/);
  expect(printed).not.toContain("an hour ago");
  expect(printed).toContain("2 lines since ");
  expect(printed).not.toMatch(/planted-/);

  const [name] = saved();
  expect(name).toMatch(/^chatwoot-fly-logs-\d{8}T\d{6}Z\.log$/);
  const file = join(staging.folders.artifacts, "ops", name!);
  const text = readFileSync(file, "utf8");
  expect(text.split("\n").filter(Boolean)).toHaveLength(2);
  expect(printed).toContain(text.trimEnd());
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("filters by group, and reaches back further than Fly's buffer", async () => {
  const worker = await staging.ops(["logs", "--group", "worker", "--since", "2h"]);
  expect(worker).toContain("1 lines since ");
  expect(worker).toContain("Fly keeps nothing older than ");
  expect(await staging.ops(["logs", "--since", "2h"])).toContain("an hour ago");
});

test.each([
  [
    "an unknown group",
    ["--group", "workers"],
    "--group workers: app hotdash-chatwoot does not have this group. Use web or worker.",
  ],
  ["an unknown app", ["--app", "other"], "--app other: stack staging does not have this app. Use hotdash-chatwoot."],
  ["a duration without a unit", ["--since", "15"], "Use a duration such as 90s, 15m or 2h."],
])("rejects %s with one sentence", async (_, args, expected) => {
  const printed = await staging.ops(["logs", ...args], 1);
  expect(printed).toContain(expected);
  expect(printed).not.toMatch(/^ +at /m);
});

test("a read failure is an error, not an empty log", async () => {
  staging.fly.setFaults({ calls: [{ match: "^logs", action: "fail", message: "not authorized" }] });
  expect(await staging.ops(["logs"], 1)).toContain(`flyctl logs --app ${app}: failed with exit code 1`);
});
