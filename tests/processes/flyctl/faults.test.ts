import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readCalls } from "flyctl-stand-in";
import { Fly, withRelease } from "./fly.ts";

const create = (name: string): string[] => ["apps", "create", name, "--org", "hotdash"];

/** Waits until the stalling call is in the log. */
async function stalled(fly: Fly): Promise<void> {
  while (!readCalls(fly.folder).some(({ exitCode }) => exitCode === null)) await sleep(20);
}

const images = (fly: Fly): readonly (string | undefined)[] =>
  (fly.state.apps.chat?.machines ?? []).map(({ config }) => /:(v[\d.]+)@/.exec(config.image)?.[1]);

describe("a fault of a call", () => {
  test("fails the n-th matching call without acting", async () => {
    const fly = new Fly();
    fly.faults({ calls: [{ match: "^apps create", nth: 2, action: "fail", message: "503 upstream", exitCode: 1 }] });
    await fly.ok(create("one"));
    expect(await fly.run(create("two"))).toEqual({ exitCode: 1, stdout: "", stderr: "Error: 503 upstream\n" });
    await fly.ok(create("three"));
    expect(Object.keys(fly.state.apps)).toEqual(["one", "three"]);
  });

  test("fails the call with a number", async () => {
    const fly = new Fly();
    fly.faults({ calls: [{ call: 2, action: "fail", exitCode: 127 }] });
    const runs = [await fly.run(create("one")), await fly.run(create("two")), await fly.run(create("three"))];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 127, 0]);
    expect(runs[1]?.stderr).toBe("");
  });

  test("fails after acting", async () => {
    const fly = new Fly();
    fly.faults({ calls: [{ match: "apps create", nth: 1, action: "fail-after", message: "server returned 500" }] });
    expect((await fly.run(create("one"))).exitCode).toBe(1);
    expect(fly.state.apps).toHaveProperty("one");
    expect(readCalls(fly.folder)[0]).toMatchObject({ exitCode: 1, changed: true });
  });

  test("counts from the time it was written, and applies to every match without a number", async () => {
    const fly = new Fly();
    await fly.ok(create("one"));
    fly.write("faults.json", JSON.stringify([{ match: "apps create", nth: 1, action: "fail" }]));
    expect((await fly.run(create("two"))).exitCode).toBe(1);
    await fly.ok(create("two"));
    fly.write("faults.json", JSON.stringify([{ match: "apps", action: "fail" }]));
    expect([(await fly.run(["apps", "list"])).exitCode, (await fly.run(["apps", "list"])).exitCode]).toEqual([1, 1]);
  });

  test("stalls until the process is killed, and is logged", async () => {
    const fly = new Fly();
    fly.faults({ calls: [{ match: "apps create", action: "stall" }] });
    const running = fly.start(create("one"));
    await stalled(fly);
    running.kill("SIGKILL");
    await running;
    expect(readCalls(fly.folder)).toMatchObject([{ seq: 1, exitCode: null, changed: false }]);
    expect(fly.state.apps).toEqual({});
  });

  test("stalls for a time and then acts", async () => {
    const fly = new Fly();
    fly.faults({ calls: [{ match: "apps create", action: "stall", stallSeconds: 0.3 }] });
    await fly.ok(create("one"));
    const [call, ...more] = readCalls(fly.folder);
    expect([more, call?.exitCode]).toEqual([[], 0]);
    expect(call?.durationMs).toBeGreaterThanOrEqual(300);
  });

  test("exits immediately with 127 and no output when it is terminated", async () => {
    const fly = new Fly();
    fly.faults({ calls: [{ match: "apps create", action: "stall" }] });
    const running = fly.start(create("one"));
    await stalled(fly);
    running.kill("SIGTERM");
    const { exitCode, stdout, stderr } = await running;
    expect([exitCode, stdout, stderr]).toEqual([127, "", ""]);
    expect(readCalls(fly.folder)).toMatchObject([{ exitCode: 127 }]);
  });

  test("is delayed by FLYCTL_SANDBOX_DELAY_MS", async () => {
    const fly = new Fly();
    await fly.ok(["version"], { env: { FLYCTL_SANDBOX_DELAY_MS: "200" } });
    expect(readCalls(fly.folder)[0]?.durationMs).toBeGreaterThanOrEqual(200);
  });
});

describe("a fault of a deployment", () => {
  const newImage = ["--image", "chatwoot/chatwoot:v5"];

  test("of health leaves updated machines on the new image", async () => {
    const fly = new Fly();
    await fly.deployed();
    await fly.ok(["scale", "count", "web=3", "worker=1", "-a", "chat", "--yes"]);
    fly.faults({ healthCheck: "web" });
    const { exitCode, stderr } = await fly.deploy(newImage);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("timeout reached waiting for health checks to pass"),
    ]);
    expect([...images(fly)].sort()).toEqual(["v4.14.0", "v4.14.0", "v5", "v5"]);
    const checks = fly.state.apps.chat?.machines.flatMap((machine) => machine.checks.map(({ status }) => status));
    expect(checks?.filter((status) => status === "critical")).toHaveLength(1);
    expect(fly.state.apps.chat?.releases.at(-1)?.status).toBe("failed");
    fly.faults({});
    expect((await fly.deploy(newImage)).exitCode).toBe(0);
    expect(images(fly)).toEqual(["v5", "v5", "v5", "v5"]);
  });

  test("of health under bluegreen keeps the old machines unchanged", async () => {
    const fly = new Fly();
    await fly.deployed();
    const before = fly.state.apps.chat?.machines;
    fly.faults({ healthCheck: ["web"] });
    const { exitCode, stderr } = await fly.deploy([...newImage, "--strategy", "bluegreen"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("could not get all green machines to be healthy")]);
    expect(fly.state.apps.chat?.machines).toEqual(before);
  });

  test("of one update cancels the other group's, which ends with 127 and no error line", async () => {
    const fly = new Fly();
    await fly.deployed();
    fly.faults({ updateError: "worker" });
    const { exitCode, stderr } = await fly.deploy(newImage);
    expect([exitCode, stderr]).toEqual([127, expect.not.stringContaining("Error")]);
    expect(fly.state.apps.chat?.releases.at(-1)?.status).toBe("interrupted");
  });

  test("of a missing image", async () => {
    const fly = new Fly();
    await fly.deployed();
    fly.faults({ missingImages: ["chatwoot/chatwoot:v5"] });
    const { exitCode, stderr } = await fly.deploy(newImage);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Could not find image "chatwoot/chatwoot:v5"')]);
    expect(fly.state.apps.chat?.releases).toHaveLength(1);
  });

  test("of a lease is waited out if short, and fails the deployment if long", async () => {
    const fly = new Fly();
    await fly.deployed();
    fly.faults({ leaseHeld: 0.1 });
    expect((await fly.deploy()).exitCode).toBe(0);
    fly.faults({ leaseHeld: 90 });
    const { exitCode, stderr } = await fly.deploy();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("lease currently held by")]);
  });

  test("of a release command that never ends: a signal leaves its machine running", async () => {
    const fly = new Fly();
    await fly.ok(create("chat"));
    fly.write("fly.toml", withRelease);
    fly.faults({ releaseCommand: { neverEnds: true } });
    const running = fly.start(["deploy", "-a", "chat", "-c", "fly.toml", "--release-command-timeout", "none"]);
    while ((fly.state.apps.chat?.machines ?? []).length === 0) await sleep(20);
    running.kill("SIGTERM");
    expect((await running).exitCode).toBe(127);
    const app = fly.state.apps.chat;
    expect(app?.machines.map(({ config, state }) => [config.metadata.fly_process_group, state])).toEqual([
      ["fly_app_release_command", "started"],
    ]);
    expect(app?.releases.map(({ status }) => status)).toEqual(["interrupted"]);
  });
});
