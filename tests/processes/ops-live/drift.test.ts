import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flyEnvironment } from "../../../sandbox/cli/prepare.ts";
import { app, deployedStaging, type Deployed } from "./support.ts";

let staging: Deployed;
beforeAll(async () => (staging = await deployedStaging()));
afterAll(() => staging?.dispose());

interface Report {
  compared: number;
  differing: { what: string; expected: string; actual: string; fix: string }[];
}

async function drift(exit: number): Promise<Report> {
  return JSON.parse(await staging.ops(["drift", "--json"], exit)) as Report;
}

const whatOf = ({ differing }: Report): string[] => differing.map(({ what }) => what);

test("finds no difference after a deployment", async () => {
  const { compared, differing } = await drift(0);
  expect(differing).toEqual([]);
  expect(compared).toBeGreaterThan(80);
  expect(await staging.ops(["drift"])).toMatch(/^staging: \d+ values compared, 0 differ\.$/m);
});

test("reports manual changes, and only reads", async () => {
  await staging.byHand("scale", "count", "web=2", "--yes");
  await staging.byHand("scale", "memory", "512", "-g", "worker");
  await staging.byHand("secrets", "set", "--stage", "FOO=planted-value", "SECRET_KEY_BASE=planted-value");
  await staging.byHand("secrets", "unset", "--stage", "REDIS_URL");
  const before = staging.fly.calls().length;

  const report = await drift(2);
  expect(whatOf(report)).toEqual([
    "web machines",
    "worker size",
    "secret REDIS_URL",
    "secret SECRET_KEY_BASE",
    "secret FOO",
    "secrets",
  ]);
  const text = await staging.ops(["drift"], 2);
  expect(text).toMatch(/web machines +1 started +2 started/);
  expect(text).not.toContain("planted-value");
  for (const { argv, mutating } of staging.fly.calls().slice(before)) expect([argv, mutating]).toEqual([argv, false]);
});

test("reports another deployment, and stopped machines", async () => {
  const config = join(staging.root, "other.toml");
  writeFileSync(config, (await staging.byHand("config", "show", "--toml")).replace(/v4\.16\.2/, "v4.17.0"));
  await staging.byHand("deploy", "-c", config, "--ha=false", "--yes");
  const machines = JSON.parse(await staging.byHand("machine", "list", "--json")) as { id: string }[];
  await staging.byHand("machine", "stop", ...machines.map(({ id }) => id));

  const { differing } = await drift(2);
  const row = (name: string) => differing.find(({ what }) => what === name);
  expect(row("release")).toMatchObject({ expected: "v1 complete", actual: "v2 complete" });
  expect(row("web image")!.actual).toContain("v4.17.0");
  expect(row("worker machines")).toMatchObject({ expected: "1 started", actual: "1 stopped" });
});

test("reports a missing app; an unreadable one is an error", async () => {
  staging.fly.setFaults({ calls: [{ match: "^status", action: "fail", message: "503 upstream" }] });
  const output = await staging.ops(["drift"], 1);
  expect(output).toContain(`flyctl status --app ${app}: failed with exit code 1`);
  expect(output).toContain("Fix the cause and run `npm run ops -- drift --stack staging` again.");
  expect(output).not.toMatch(/^ +at /m);

  staging.fly.setFaults({});
  await staging.byHand("apps", "destroy", app, "--yes");
  const report = await drift(2);
  expect(report).toMatchObject({ compared: 1, differing: [{ what: "app", actual: "gone" }] });
  expect(report.differing[0]!.fix).toMatch(/^pulumi state delete '.+::fly-app' --force --target-dependents --yes /);
});

describe("a failed precondition is one sentence", () => {
  const nodeAlone = dirname(process.execPath);
  test.each<[string, () => Record<string, string>, string]>([
    [
      "a missing file",
      () => ({ CHATWOOT_STATE_FILE: "/nowhere.json" }),
      "CHATWOOT_STATE_FILE: the file /nowhere.json does not exist.",
    ],
    ["no Pulumi", () => ({ CHATWOOT_STATE_FILE: "", PATH: nodeAlone }), "pulumi: is not installed."],
    ["no flyctl", () => ({ PATH: nodeAlone }), "flyctl: is not installed."],
    ["no token", () => ({ FLY_API_TOKEN: "" }), "FLY_API_TOKEN: is not set."],
  ])("%s", async (_, env, reason) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, ["ops/main.ts", "drift", "--stack", "staging"], {
      env: {
        ...flyEnvironment(staging.folders),
        CHATWOOT_STATE_FILE: staging.folders.state("staging"),
        FLY_ACCESS_TOKEN: "",
        ...env(),
      },
      reject: false,
      timeout: 60_000,
    });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
