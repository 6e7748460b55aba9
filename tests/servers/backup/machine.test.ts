import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backupScript } from "../../../components/fly/backup/script.ts";
import { readCalls, readMachineStarts } from "flyctl-stand-in";
import { DriverWorld } from "../../processes/flyctl/driver-world.ts";

const app = "chat-backup";
let world: DriverWorld;

const inputs: Record<string, string> = {
  APP: app,
  STACK: "test",
  IMAGE: "chatwoot/chatwoot:v4.16.2",
  REGION: "ord",
  SCHEDULE: "weekly",
  MEMORY_MB: "512",
  SETTINGS: JSON.stringify({ BACKUP_BUCKET: "dumps", BACKUP_ENDPOINT: "https://s3.example.com/a=b", BACKUP_KEEP: "8" }),
  SCRIPT: backupScript,
  SECRETS_FINGERPRINT: "0123",
};

beforeEach(async () => {
  world = new DriverWorld();
  await world.flyctl(app, "apps", "create", app, "--org", "personal");
  await setSecret("first-planted-password");
});
afterEach(() => world.dispose());

const fly = () => join(world.folder, "fly");
const setSecret = (value: string) =>
  world.flyctl(app, "secrets", "set", `PGPASSWORD=${value}`, "--stage", "--app", app);

async function step(changes: Record<string, string> = {}, exit = 0): Promise<{ machine?: string; output: string }> {
  const { code, stdout, stderr } = await world.step("backup", { inputs: { ...inputs, ...changes } });
  const output = stdout + stderr;
  expect([code, output]).toEqual([exit, expect.any(String)]);
  return { ...(exit === 0 ? (JSON.parse(stdout) as { machine: string }) : {}), output };
}

const machines = () => world.state.apps[app]!.machines;
const starts = () => readMachineStarts(fly());
/** The step's changes on Fly, by their words. `secrets sync` only updates this machine. */
async function changes(run: () => Promise<unknown>): Promise<string[]> {
  const before = readCalls(fly()).length;
  await run();
  const calls = readCalls(fly()).slice(before);
  const changing = calls.filter(({ changed }) => changed).map(({ argv }) => argv.slice(0, 2).join(" "));
  return changing.filter((words) => words !== "secrets sync");
}

describe("the machine", () => {
  test("is created with image, script, schedule and settings, gets the secrets, and dumps immediately", async () => {
    const { machine } = await step();
    expect(machines()).toMatchObject([
      {
        id: machine,
        name: "backup",
        region: "ord",
        config: {
          schedule: "weekly",
          restart: { policy: "no" },
          guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 },
        },
      },
    ]);
    expect(starts()).toMatchObject([
      {
        image: expect.stringContaining("chatwoot/chatwoot:v4.16.2"),
        command: ["bundle", "exec", "ruby", "/backup.rb"],
        env: {
          BACKUP_BUCKET: "dumps",
          BACKUP_ENDPOINT: "https://s3.example.com/a=b",
          BACKUP_KEEP: "8",
          PGPASSWORD: "first-planted-password",
        },
        secretNames: ["PGPASSWORD"],
      },
    ]);
    expect(Object.values(starts()[0]!.files)).toEqual([backupScript]);
  });

  test("is kept when nothing changes", async () => {
    const first = await step();
    expect(await changes(() => step())).toEqual([]);
    expect((await step()).machine).toBe(first.machine);
  });

  test.each([
    ["SCHEDULE", "daily"],
    ["MEMORY_MB", "1024"],
    ["IMAGE", "chatwoot/chatwoot:v4.17.0"],
    ["SETTINGS", JSON.stringify({ BACKUP_BUCKET: "other" })],
    ["SCRIPT", `${backupScript}# changed\n`],
    ["SECRETS_FINGERPRINT", "4567"],
  ])("is updated, and dumps, when %s changes", async (name, value) => {
    const { machine } = await step();
    await setSecret("second-planted-password");
    expect(await changes(() => step({ [name]: value }))).toEqual(["machine update"]);
    expect(await changes(() => step({ [name]: value }))).toEqual([]);
    expect(machines().map(({ id }) => id)).toEqual([machine]);
    const [, now] = starts();
    expect(now?.env["PGPASSWORD"]).toBe("second-planted-password");
    const { schedule, guest, image } = machines()[0]!.config;
    const made: Record<string, string | undefined> = {
      SCHEDULE: schedule,
      MEMORY_MB: String(guest.memory_mb),
      IMAGE: /chatwoot\/chatwoot:[^@]+/.exec(image)?.[0],
      SETTINGS: JSON.stringify({ BACKUP_BUCKET: now?.env["BACKUP_BUCKET"] }),
      SCRIPT: now?.files["/backup.rb"],
      SECRETS_FINGERPRINT: "4567",
    };
    expect(made[name]).toBe(value);
  });

  test("is recreated in another region, since a machine cannot move", async () => {
    const { machine } = await step();
    expect(await changes(() => step({ REGION: "ams" }))).toEqual(["machine destroy", "machine run"]);
    expect(machines()).toMatchObject([{ name: "backup", region: "ams" }]);
    expect(machines()[0]?.id).not.toBe(machine);
  });

  test("is adopted if it was created manually; other machines are kept", async () => {
    await world.flyctl(app, "machine", "run", "nginx:1", "--app", app, "--name", "other", "--region", "ord");
    await world.flyctl(app, "machine", "run", "nginx:1", "--app", app, "--name", "backup", "--region", "ord");
    const ids = machines().map(({ id }) => id);
    expect(await changes(() => step())).toEqual(["machine update"]);
    expect(machines().map(({ id }) => id)).toEqual(ids);
    expect(machines()[1]?.config.image).toContain("chatwoot/chatwoot:v4.16.2");
    expect(machines()[0]?.config.image).toContain("nginx");
  });
});

describe("a failure", () => {
  test("before the machine is created: reported, and the next run creates it", async () => {
    world.faults({ calls: [{ match: "^machine run", nth: 1, action: "fail", message: "no capacity in ord" }] });
    expect((await step({}, 1)).output).toContain("no capacity in ord");
    expect(machines()).toEqual([]);
    expect(await changes(() => step())).toEqual(["machine run"]);
  });

  test("after the machine was created: the next run finds it", async () => {
    world.faults({
      calls: [{ match: "^machine run", action: "fail-after", message: "machine failed to reach desired start state" }],
    });
    const { machine } = await step();
    expect(machines().map(({ id }) => id)).toEqual([machine]);
    expect(await changes(() => step())).toEqual([]);
  });

  test.each(["fail", "fail-after"] as const)("of an update (%s): the next run completes it", async (action) => {
    await step();
    world.faults({ calls: [{ match: "^machine update", nth: 1, action, message: "planted" }] });
    expect((await step({ SCHEDULE: "daily" }, 1)).output).toContain("planted");
    await step({ SCHEDULE: "daily" });
    expect(machines()).toMatchObject([{ config: { schedule: "daily" } }]);
    expect(await changes(() => step({ SCHEDULE: "daily" }))).toEqual([]);
  });

  test("of the dump itself is no failure of the step", async () => {
    writeFileSync(join(fly(), "runs.json"), '[{"exitCode":1}]');
    await step();
    expect(machines()).toMatchObject([{ state: "stopped" }]);
  });
});

test("no secret is on a command line", async () => {
  await step();
  await step({ SECRETS_FINGERPRINT: "4567" });
  const calls = readCalls(fly()).filter(({ argv }) => argv[0] === "machine");
  expect(JSON.stringify(calls.map(({ argv }) => argv))).not.toContain("planted");
});
