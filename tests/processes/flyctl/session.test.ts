import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readCalls } from "flyctl-stand-in";
import { Fly, twoGroups } from "./fly.ts";

const noToken = "Error: no access token available. Please login with 'flyctl auth login'\n";

describe("version", () => {
  test("is parseable, and new enough for `secrets import`", async () => {
    const fly = new Fly();
    const { Version } = await fly.json<{ Version: string }>(["version"]);
    const [major = 0, minor = 0, patch = 0] = Version.split(".").map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(4014);
    expect(await fly.ok(["version"])).toContain(`flyctl v${Version} `);
    expect(await fly.ok(["version"])).toContain("sandbox-stand-in");
  });

  test("needs no token", async () => {
    const { exitCode } = await new Fly().run(["version"], { env: { FLY_API_TOKEN: "" } });
    expect(exitCode).toBe(0);
  });
});

describe("the session", () => {
  test("prints the user", async () => {
    expect(await new Fly().json(["auth", "whoami"])).toEqual({ email: expect.stringContaining("@") });
  });

  test.each([
    ["without a token", { FLY_API_TOKEN: "" }],
    ["with an empty FLY_ACCESS_TOKEN, which hides FLY_API_TOKEN", { FLY_ACCESS_TOKEN: "", FLY_API_TOKEN: "x" }],
  ])("fails %s", async (_, env) => {
    expect(await new Fly().run(["auth", "whoami"], { env })).toEqual({ exitCode: 1, stdout: "", stderr: noToken });
  });

  test("reads the token from the flag", async () => {
    const { exitCode } = await new Fly().run(["auth", "whoami", "-t", "x"], { env: { FLY_API_TOKEN: "" } });
    expect(exitCode).toBe(0);
  });

  test("needs a writable configuration folder", async () => {
    const fly = new Fly();
    const file = fly.write("file", "");
    expect((await fly.run(["auth", "whoami"], { env: { FLY_CONFIG_DIR: join(file, "below") } })).exitCode).toBe(1);
    mkdirSync(join(fly.folder, "locked"));
    chmodSync(join(fly.folder, "locked"), 0o500);
    if (process.getuid?.() === 0) return;
    const locked = { FLY_CONFIG_DIR: join(fly.folder, "locked") };
    expect((await fly.run(["auth", "whoami"], { env: locked })).exitCode).toBe(1);
  });

  test("prefers --app to FLY_APP, and FLY_APP to the file", async () => {
    const fly = new Fly();
    for (const name of ["chat", "other"]) await fly.ok(["apps", "create", name, "--org", "hotdash"]);
    fly.write("fly.toml", twoGroups);
    const name = async (args: string[], env = {}): Promise<unknown> =>
      (JSON.parse((await fly.run(["status", "--json", ...args], { env })).stdout) as { Name: string }).Name;
    expect(await name([])).toBe("chat");
    expect(await name([], { FLY_APP: "other" })).toBe("other");
    expect(await name(["-a", "chat"], { FLY_APP: "other" })).toBe("chat");
  });

  test("reads FLY_ORG, and FLY_JSON only for commands with JSON output", async () => {
    const fly = new Fly();
    const env = { FLY_ORG: "hotdash", FLY_JSON: "1" };
    const { stdout } = await fly.run(["apps", "create", "chat"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ Name: "chat", Organization: { Slug: "hotdash" } });
    expect((await fly.run(["redis", "plans"], { env })).stdout).toContain("Pay-as-you-go");
  });
});

describe("the log of calls", () => {
  test("has the arguments, standard input and outcome, but no token", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash", "-t", "s3cret"]);
    await fly.run(["secrets", "import", "-a", "chat", "--stage"], { stdin: "A=1\n" });
    await fly.run(["apps", "create", "chat", "--org", "hotdash"]);
    await fly.ok(["status", "-a", "chat"], { env: { FLY_APP: "chat" } });
    const calls = readCalls(fly.folder);
    expect(calls.map(({ seq, exitCode, mutating, changed }) => [seq, exitCode, mutating, changed])).toEqual([
      [1, 0, true, true],
      [2, 0, true, true],
      [3, 1, true, false],
      [4, 0, false, false],
    ]);
    expect(calls[0]?.argv).toEqual(["apps", "create", "chat", "--org", "hotdash", "-t", "[token]"]);
    expect(calls[1]?.stdin).toBe("A=1\n");
    expect(calls[3]?.env).toMatchObject({ FLY_APP: "chat", FLY_API_TOKEN: true, FLY_ACCESS_TOKEN: false });
    expect(fly.read("calls.jsonl")).not.toContain("s3cret");
  });

  test("is readable by its owner only, as is the state", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    for (const name of ["calls.jsonl", "state.json"]) {
      expect(statSync(join(fly.folder, name)).mode & 0o777).toBe(0o600);
    }
  });
});

test("waits for standard input that comes late", async () => {
  const fly = new Fly();
  await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
  const late = async function* () {
    await sleep(2_000);
    yield "A=1\n";
  };
  const { exitCode, stderr } = await fly.start(["secrets", "import", "-a", "chat", "--stage"], {
    stdin: Readable.from(late()),
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
});

describe("two parallel processes", () => {
  test("lose none of each other's writes, and count each call once", async () => {
    const fly = new Fly({ startsProcesses: true });
    const names = Array.from({ length: 12 }, (_, index) => `app-${index}`);
    await Promise.all(names.map((name) => fly.ok(["apps", "create", name, "--org", "hotdash"])));
    expect(Object.keys(fly.state.apps).sort()).toEqual([...names].sort());
    expect(readCalls(fly.folder).map(({ seq }) => seq)).toEqual(names.map((_, index) => index + 1));
  });

  test("give a name to only one of them", async () => {
    const fly = new Fly({ startsProcesses: true });
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => fly.run(["apps", "create", "chat", "--org", "hotdash"])),
    );
    expect(runs.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1, 1, 1, 1, 1]);
  });

  test("take the lock from a killed one", async () => {
    const fly = new Fly({ startsProcesses: true });
    fly.write("lock", "999999999");
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
  });
});
