import { describe, expect, test } from "vitest";
import { readMachineStarts, type Machine } from "flyctl-stand-in";
import { Fly, twoGroups } from "./fly.ts";

const image = "postgres:17";
const machines = (fly: Fly): readonly Machine[] => fly.state.apps.chat?.machines ?? [];
const byName = (fly: Fly, name: string): Machine | undefined => machines(fly).find((machine) => machine.name === name);

async function deployed(): Promise<Fly> {
  const fly = new Fly();
  await fly.deployed();
  return fly;
}

const run = (fly: Fly, flags: readonly string[], command: readonly string[] = []) =>
  fly.run(["machine", "run", image, "-a", "chat", "--name", "backup", ...flags, "--", ...command]);

describe("machine run", () => {
  test("creates a machine outside of every group from its flags, with the app's secrets", async () => {
    const fly = await deployed();
    await fly.ok(["secrets", "set", "DATABASE_URL=postgres://x", "--stage", "-a", "chat"]);
    fly.write("backup.sh", "pg_dump");
    const { exitCode, stdout } = await run(
      fly,
      [
        ["--schedule", "daily", "--region", "ord", "--vm-memory", "512", "-e", "A=1=2", "--env", "B=2"],
        ["--metadata", "role=backup", "--entrypoint", "sh -c"],
        ["--file-local", "/backup.sh=backup.sh", "--file-literal", "/etc/word=a=b", "--file-secret", "/s=DATABASE_URL"],
      ].flat(),
      ["pg_dump $DATABASE_URL", "second"],
    );
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("has been successfully launched in app chat\n")]);
    expect(byName(fly, "backup")).toMatchObject({
      region: "ord",
      config: {
        env: { A: "1=2", B: "2" },
        init: { entrypoint: ["sh", "-c"], cmd: ["pg_dump $DATABASE_URL", "second"] },
        guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 },
        metadata: { role: "backup" },
        schedule: "daily",
        restart: { policy: "on-failure" },
        dns: {},
        files: [
          { guest_path: "/backup.sh", raw_value: Buffer.from("pg_dump").toString("base64") },
          { guest_path: "/etc/word", raw_value: Buffer.from("a=b").toString("base64") },
          { guest_path: "/s", secret_name: "DATABASE_URL" },
        ],
      },
    });
    const start = readMachineStarts(fly.folder).at(-1);
    expect(start).toMatchObject({ kind: "machine", group: "", schedule: "daily", memoryMb: 512 });
    expect(start?.env).toMatchObject({ A: "1=2", DATABASE_URL: "postgres://x" });
    const shown = await fly.json<{ name: string; config: { schedule?: string } }[]>(["machine", "list", "-a", "chat"]);
    expect(shown.find(({ name }) => name === "backup")?.config.schedule).toBe("daily");
  });

  test("runs a scheduled command immediately; its exit is an event, and its machine stops", async () => {
    const fly = await deployed();
    fly.write("runs.json", JSON.stringify([{ match: "pg_dump", exitCode: 3, logs: ["disk full"] }]));
    await run(fly, ["--schedule", "hourly"], ["pg_dump"]);
    await fly.ok(["machine", "run", image, "true", "-a", "chat", "--name", "fine", "--schedule", "weekly"]);
    const failed = byName(fly, "backup");
    expect([failed?.state, failed?.events[0]?.request]).toEqual([
      "stopped",
      { exit_event: { exit_code: 3, exited_at: expect.any(String) } },
    ]);
    expect(byName(fly, "fine")?.events[0]?.request).toEqual({ exit_event: { exited_at: expect.any(String) } });
    fly.faults({ runs: [{ match: "pg_dump", keepsRunning: true }] });
    await fly.ok(["machine", "start", failed?.id ?? "", "-a", "chat"]);
    expect(byName(fly, "backup")?.state).toBe("started");
  });

  test("keeps a machine without a schedule running, and with --rm destroys it after its command", async () => {
    const fly = await deployed();
    await run(fly, []);
    expect([byName(fly, "backup")?.state, byName(fly, "backup")?.config.restart]).toEqual(["started", undefined]);
    const before = machines(fly).length;
    const { stdout } = await fly.run(["machine", "run", image, "true", "-a", "chat", "--rm"]);
    expect(stdout).toMatch(/Machine ID: [0-9a-f]{14}\n/);
    expect(machines(fly)).toHaveLength(before);
    expect(readMachineStarts(fly.folder).at(-1)?.command).toEqual(["true"]);
  });

  const refusals: readonly [what: string, flags: string[], error: string][] = [
    ["a custom schedule", ["--schedule", "5m"], "invalid config.schedule"],
    ["another restart policy", ["--restart", "never"], "Error: invalid restart provided\n"],
    [
      "memory in invalid steps",
      ["--vm-memory", "500"],
      "could not launch machine: failed to launch VM: invalid_argument",
    ],
    ["no memory", ["--vm-memory", "0"], "memory cannot be zero"],
    ["a pair without a value", ["-e", "A"], "Error: invalid key/value pairs specified for flag env\n"],
    ["metadata without a value", ["-m", "A"], "Error: invalid key/value pairs specified for flag metadata\n"],
    [
      "a file without a path",
      ["--file-literal", "x"],
      "Error: failed to read file-literal: invalid file-literal argument x",
    ],
    ["a file at a relative path", ["--file-literal", "a=b"], "guest path, a, must be absolute\n"],
    ["a missing local file", ["--file-local", "/a=none"], "could not read file none"],
    ["an unknown region", ["--region", "mars"], "region mars not found"],
    ["an unknown size", ["--vm-size", "tiny"], "expected to start with 'shared' or 'performance'"],
    ["an unknown flag", ["--cron", "* * * * *"], "Error: unknown flag: --cron\n"],
  ];
  test.each(refusals)("rejects %s", async (_, flags, error) => {
    const fly = await deployed();
    const { exitCode, stderr } = await run(fly, flags);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(error)]);
    expect(machines(fly)).toHaveLength(2);
  });

  test("rejects a used name, a missing image, no image, and an unknown app", async () => {
    const fly = await deployed();
    await run(fly, []);
    expect((await run(fly, [])).stderr).toContain('already exists with name "backup"');
    fly.faults({ missingImages: [image] });
    expect((await fly.run(["machine", "run", image, "-a", "chat"])).stderr).toContain(
      `Error: Could not find image "${image}"\n`,
    );
    expect((await fly.run(["machine", "run", "-a", "chat"])).stderr).toBe(
      "Error: image argument can't be an empty string\n",
    );
    expect((await fly.run(["machine", "run", "nginx", "-a", "none"])).stderr).toBe("Error: prompt: non interactive\n");
  });
});

describe("a machine that no deployment created", () => {
  test("is ignored by deployments, scale, secrets and `status`, but is in `machine list` and checks", async () => {
    const fly = await deployed();
    await run(fly, ["--schedule", "daily", "-m", "fly_process_group=web"], ["pg_dump"]);
    const before = byName(fly, "backup");
    await fly.deploy(["--image", "chatwoot/chatwoot:v5"]);
    await fly.ok(["secrets", "set", "A=1", "-a", "chat"]);
    await fly.ok(["scale", "count", "web=1", "worker=0", "-a", "chat", "--yes"]);
    await fly.deploy(["--strategy", "bluegreen"]);
    fly.write("fly.toml", twoGroups.replaceAll("web", "www"));
    await fly.deploy();
    expect(byName(fly, "backup")).toEqual(before);
    const scale = await fly.json<{ Process: string }[]>(["scale", "show", "-a", "chat"]);
    expect(scale.map(({ Process }) => Process)).toEqual(["worker", "www"]);
    const status = await fly.json<{ Machines: { name: string }[] }>(["status", "-a", "chat"]);
    expect(status.Machines.map(({ name }) => name)).not.toContain("backup");
    expect(await fly.ok(["status", "-a", "chat"])).toContain("Found machines that aren't part of Fly Launch");
    expect(Object.keys(await fly.json(["checks", "list", "-a", "chat"]))).toContain(before?.id);
    const listed = await fly.json<{ name: string }[]>(["machine", "list", "-a", "chat"]);
    expect(listed.map(({ name }) => name)).toContain("backup");
  });

  test("belongs to deployments if its metadata names a group: the next one destroys an unknown group", async () => {
    const fly = await deployed();
    await run(fly, ["-m", "fly_platform_version=v2", "-m", "fly_process_group=backup"]);
    expect((await fly.json<object[]>(["scale", "show", "-a", "chat"])).length).toBe(3);
    await fly.deploy();
    expect(byName(fly, "backup")).toBeUndefined();
  });
});

describe("machine update", () => {
  const made = async (): Promise<{ fly: Fly; id: string }> => {
    const fly = await deployed();
    await run(
      fly,
      [
        "--schedule",
        "daily",
        "-e",
        "A=1",
        "-e",
        "B=1",
        "-m",
        "k=1",
        "--file-literal",
        "/a=1",
        "--file-literal",
        "/b=1",
      ],
      ["old"],
    );
    return { fly, id: byName(fly, "backup")?.id ?? "" };
  };

  test("changes the given values and keeps the rest: variables and metadata are only added", async () => {
    const { fly, id } = await made();
    await fly.ok(
      [
        ["machine", "update", id, "-a", "chat", "--yes", "--image", "postgres:18", "-C", "sh -c 'pg_dump | gzip'"],
        ["--schedule", "weekly", "-e", "A=2", "--vm-memory", "1gb", "-m", "l=2"],
        ["--file-literal", "/a=2", "--file-literal", "/b=", "--file-literal", "/c=3"],
      ].flat(),
    );
    const machine = byName(fly, "backup");
    expect(machine?.id).toBe(id);
    expect(machine?.config).toMatchObject({
      image: expect.stringContaining("library/postgres:18@sha256:"),
      init: { cmd: ["sh", "-c", "pg_dump | gzip"] },
      schedule: "weekly",
      env: { A: "2", B: "1" },
      metadata: { k: "1", l: "2" },
      guest: { memory_mb: 1024 },
      restart: { policy: "on-failure" },
    });
    expect(machine?.config.files?.map(({ guest_path: path }) => path)).toEqual(["/a", "/c"]);
  });

  test("starts a stopped machine unless disabled", async () => {
    const { fly, id } = await made();
    const starts = (): number => readMachineStarts(fly.folder).filter(({ machine }) => machine === id).length;
    await fly.ok(["machine", "update", id, "-a", "chat", "--yes", "-e", "A=2", "--skip-start"]);
    expect([starts(), byName(fly, "backup")?.state]).toEqual([1, "stopped"]);
    await fly.ok(["machine", "update", id, "-a", "chat", "--yes", "-e", "A=3"]);
    expect([starts(), byName(fly, "backup")?.events[0]?.type]).toEqual([2, "exit"]);
  });

  test("applies the current secrets", async () => {
    const { fly, id } = await made();
    await fly.ok(["secrets", "set", "LATE=1", "--stage", "-a", "chat"]);
    await fly.ok(["machine", "start", id, "-a", "chat"]);
    expect(readMachineStarts(fly.folder).at(-1)?.env).not.toHaveProperty("LATE");
    await fly.ok(["machine", "update", id, "-a", "chat", "--yes"]);
    expect(readMachineStarts(fly.folder).at(-1)?.env).toHaveProperty("LATE");
  });

  test("has no flag for the name or the region, and without --yes rejects what needs confirmation", async () => {
    const { fly, id } = await made();
    for (const flag of ["--name", "--region", "--rm"]) {
      expect((await fly.run(["machine", "update", id, "-a", "chat", flag, "x"])).stderr).toContain("unknown flag");
    }
    expect((await fly.run(["machine", "update", id, "-a", "chat", "-e", "A=2"])).stderr).toBe(
      "Error: yes flag must be specified when not running interactively\n",
    );
    expect((await fly.run(["machine", "update", id, "-a", "chat"])).stderr).toBe("Error: no config changes found\n");
    expect(byName(fly, "backup")?.config.env).toEqual({ A: "1", B: "1" });
  });

  test("fails if a machine of a group does not become healthy, and leaves it with the new config", async () => {
    const fly = await deployed();
    const [id = ""] = fly.machineIds("web");
    fly.faults({ healthCheck: { machine: id } });
    const { exitCode, stderr } = await fly.run(["machine", "update", id, "-a", "chat", "--yes", "-e", "A=2"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("failed to wait for health checks to pass")]);
    expect(machines(fly).find((each) => each.id === id)?.config.env.A).toBe("2");
  });
});

describe("machine destroy", () => {
  test("requires a stopped machine or --force, and reports the deletion", async () => {
    const fly = await deployed();
    await run(fly, []);
    const id = byName(fly, "backup")?.id ?? "";
    expect((await fly.run(["machine", "destroy", id, "-a", "chat"])).stderr).toContain("use --force flag");
    expect(await fly.ok(["machine", "destroy", id, "-a", "chat", "--force"])).toContain(`${id} has been destroyed\n`);
    expect((await fly.run(["machine", "destroy", id, "-a", "chat", "--force"])).stderr).toBe(
      `Error: machine ${id} was not found in app 'chat'\n`,
    );
  });
});
