import { describe, expect, test } from "vitest";
import { readMachineStarts } from "flyctl-stand-in";
import { Fly, twoGroups, withRelease } from "./fly.ts";

interface MachineJson {
  readonly id: string;
  readonly state: string;
  readonly image_ref: { readonly tag: string; readonly digest: string };
  readonly config: {
    readonly metadata: Record<string, string>;
    readonly standbys?: string[];
    readonly guest: { memory_mb: number };
  };
}

const machines = async (fly: Fly): Promise<readonly MachineJson[]> =>
  fly.json<MachineJson[]>(["machine", "list", "-a", "chat"]);
const groups = async (fly: Fly): Promise<readonly string[]> =>
  (await machines(fly)).map(({ config, state }) => `${config.metadata.fly_process_group}:${state}`).sort();
const statuses = async (fly: Fly): Promise<readonly string[]> =>
  (await fly.json<{ Status: string }[]>(["releases", "-a", "chat", "--image"])).map(({ Status }) => Status);

describe("a first deployment", () => {
  test("creates a machine per group, addresses and a release", async () => {
    const fly = new Fly();
    await fly.deployed();
    expect(await groups(fly)).toEqual(["web:started", "worker:started"]);
    expect((await fly.json<{ Type: string }[]>(["ips", "list", "-a", "chat"])).map(({ Type }) => Type)).toEqual([
      "v6",
      "shared_v4",
    ]);
    expect(await fly.json(["status", "-a", "chat"])).toMatchObject({ Deployed: true, Status: "deployed", Version: 1 });
    const releases = await fly.json<{ ImageRef: string }[]>(["releases", "-a", "chat", "--image"]);
    expect(releases).toMatchObject([{ Version: 1, Status: "complete" }]);
    expect(releases[0]?.ImageRef).not.toBe("chatwoot/chatwoot:v4.14.0");
    expect(releases[0]?.ImageRef).toContain("chatwoot/chatwoot:v4.14.0@sha256:");
  });

  test("is in the list of releases, even if it failed; a new app has an empty list", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const list = ["releases", "--app", "chat", "--json"];
    expect(await fly.ok(list)).toBe("[]\n");
    fly.write("fly.toml", withRelease);
    fly.faults({ releaseCommand: { exitCode: 1 } });
    expect((await fly.deploy()).exitCode).toBe(1);
    const [release, ...others] = JSON.parse(await fly.ok(list)) as Record<string, unknown>[];
    expect(others).toEqual([]);
    expect(release).toMatchObject({ Version: 1, Status: "failed", Stable: false, InProgress: false });
    // The fields and their order, as recorded from flyctl 0.4.87.
    expect(Object.keys(release!)).toEqual([
      ...["ID", "Version", "Stable", "InProgress", "Reason", "Description", "Status", "DeploymentStrategy", "Metadata"],
      ...["User", "EvaluationID", "CreatedAt", "ImageRef"],
    ]);
    expect(Object.keys(release!["User"] as object)).toEqual(["ID", "Name", "Email", "EnablePaidHobby"]);
    const missing = await fly.run(["releases", "--app", "nope", "--json"]);
    expect(missing).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^Error: failed retrieving app releases nope: failed to run query\(.*createdAt \} \} \} \}: Could not find App\n$/,
      ) as unknown,
    });
  });

  test("creates spares unless disabled", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    fly.write("fly.toml", twoGroups);
    await fly.ok(["deploy", "-a", "chat", "-c", "fly.toml"]);
    expect(await groups(fly)).toEqual(["web:started", "web:started", "worker:started", "worker:stopped"]);
    // flyctl removes the first machine in the list, and only the stopped standby is left.
    await fly.ok(["scale", "count", "worker=1", "-a", "chat", "--yes"]);
    expect(await groups(fly)).toEqual(["web:started", "web:started", "worker:stopped"]);
  });

  test("prints the release as the last line of JSON on request", async () => {
    const fly = new Fly();
    await fly.deployed();
    const { stdout } = await fly.deploy([], { FLY_EMIT_RELEASE_JSON: "1" });
    const line = stdout.split("\n").findLast((each) => each.startsWith('{"id"')) ?? "";
    expect(JSON.parse(line)).toEqual({
      id: expect.any(String),
      version: 2,
      image_ref: expect.stringContaining("v4.14.0"),
    });
  });

  test("records the input of every machine", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    await fly.ok(["secrets", "import", "-a", "chat", "--stage"], {
      stdin: "RAILS_ENV=from-secret\nDATABASE_URL=postgres://x\n",
    });
    fly.write("fly.toml", withRelease);
    await fly.deploy();
    const starts = readMachineStarts(fly.folder);
    expect(starts.map(({ kind, group, memoryMb }) => [kind, group, memoryMb])).toEqual([
      ["release_command", "fly_app_release_command", 2048],
      ["process", "web", 1024],
      ["process", "worker", 1024],
    ]);
    expect(starts[0]?.command).toEqual(["rails", "db:chatwoot_prepare"]);
    expect(starts[0]?.env).toMatchObject({
      RELEASE_COMMAND: "1",
      DATABASE_URL: "postgres://x",
      RAILS_ENV: "from-secret",
    });
    expect(starts[1]?.env).toMatchObject({ FLY_PROCESS_GROUP: "web", FLY_APP_NAME: "chat", PRIMARY_REGION: "ord" });
    expect(starts[1]?.env).not.toHaveProperty("RELEASE_COMMAND");
  });
});

describe("a later deployment", () => {
  test("updates in place, keeps counts, and leaves stopped machines stopped", async () => {
    const fly = new Fly();
    await fly.deployed();
    await fly.ok(["scale", "count", "web=2", "worker=1", "-a", "chat", "--yes"]);
    const before = await machines(fly);
    const worker = before.find(({ config }) => config.metadata.fly_process_group === "worker");
    await fly.ok(["machine", "stop", worker?.id ?? "", "-a", "chat"]);
    await fly.deploy(["--image", "chatwoot/chatwoot:v4.15.0"]);
    const after = await machines(fly);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after.map(({ image_ref: image }) => image.tag)).toEqual(["v4.15.0", "v4.15.0", "v4.15.0"]);
    expect(await groups(fly)).toEqual(["web:started", "web:started", "worker:stopped"]);
    await fly.ok(["machine", "start", worker?.id ?? "", "-a", "chat"]);
    expect(readMachineStarts(fly.folder).at(-1)).toMatchObject({ group: "worker", release: 2 });
  });

  test("destroys a group that the file no longer has, and fills an empty one", async () => {
    const fly = new Fly();
    await fly.deployed();
    await fly.ok(["scale", "count", "worker=0", "-a", "chat", "--yes"]);
    fly.write("fly.toml", twoGroups.replaceAll("web", "www"));
    await fly.deploy();
    expect(await groups(fly)).toEqual(["worker:started", "www:started"]);
  });

  test("with bluegreen creates new machines", async () => {
    const fly = new Fly();
    await fly.deployed();
    const before = (await machines(fly)).map(({ id }) => id);
    await fly.deploy(["--strategy", "bluegreen"]);
    const after = (await machines(fly)).map(({ id }) => id);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    expect(after).toHaveLength(2);
  });
});

describe("a deployment rejects", () => {
  const table: readonly [what: string, config: string, flags: string[], error: string][] = [
    ["an invalid config", `${twoGroups}\n[deploy]\nstrategy = "x"`, [], "App configuration is not valid"],
    ["a malformed image", twoGroups, ["--image", "A:b:c"], "failed to fetch an image or build from source"],
    ["no image", twoGroups.replace(/\[build\]\n.*\n/, ""), [], "failed to fetch an image or build from source"],
    [
      "an unknown size",
      twoGroups.replace('memory = "1gb"', 'size = "huge"'),
      [],
      "error creating machine configuration",
    ],
    ["memory in invalid steps", twoGroups.replace("1gb", "1000mb"), [], "256 MiB increment"],
    [
      "too little memory",
      twoGroups.replace('memory = "1gb"', 'size = "performance-1x"\nmemory = "1gb"'),
      [],
      "minimum required 2048",
    ],
    ["a check without a port", twoGroups.replace("  port = 7433\n", ""), [], "has no port set"],
    ["a strategy", twoGroups, ["--strategy", "x"], "unsupported deployment strategy 'x'"],
    ["a time", twoGroups, ["--wait-timeout", "soon"], "invalid duration value soon used for --wait-timeout flag"],
    [
      "no time to become healthy",
      twoGroups,
      ["--wait-timeout", "0"],
      "timeout reached waiting for health checks to pass",
    ],
    [
      "no room for a rolling update",
      twoGroups,
      ["--max-unavailable", "0"],
      "the value for --max-unavailable must be > 0",
    ],
    [
      "an invalid number of retries",
      twoGroups,
      ["--deploy-retries", "-1"],
      "--deploy-retries must be set to a positive integer",
    ],
  ];
  test.each(table)("%s", async (_, config, flags, error) => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    fly.write("fly.toml", config);
    const { exitCode, stderr } = await fly.deploy(flags);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(error)]);
  });

  test("an unknown app", async () => {
    const fly = new Fly();
    fly.write("fly.toml", twoGroups);
    expect((await fly.deploy()).stderr).toContain('Could not find App "chat"');
  });
});

describe("the release command", () => {
  const failed = "Error: release command failed - aborting deployment. ";

  test("runs in every deployment, and its failure prevents any other change", async () => {
    const fly = new Fly();
    await fly.deployed(withRelease);
    fly.faults({ releaseCommand: { exitCode: 3, logs: ["PG::ConnectionBad"] } });
    const before = await machines(fly);
    const { exitCode, stderr } = await fly.deploy(["--image", "chatwoot/chatwoot:v5"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(failed)]);
    expect(stderr).toMatch(/machine [0-9a-f]{14} exited with non-zero status of 3\n/);
    expect(stderr).toContain("PG::ConnectionBad");
    expect(await machines(fly)).toEqual(before);
    expect(await statuses(fly)).toEqual(["failed", "complete"]);
    expect(await fly.ok(["logs", "-a", "chat", "--no-tail"])).toContain("PG::ConnectionBad");
  });

  test("can be forgotten by flyctl: its failure is printed, the release goes on and is complete", async () => {
    const fly = new Fly();
    await fly.deployed(withRelease);
    fly.faults({ releaseCommand: { exitCode: 127, isForgotten: true } });
    const { exitCode, stdout, stderr } = await fly.deploy(["--image", "chatwoot/chatwoot:v5"]);
    const id = /Created release_command machine (\w+)/.exec(stdout)?.[1];
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      [
        `> Waiting for ${id} to get exit event`,
        "✖ release_command failed",
        `✖ Failed: machine ${id} exited with non-zero status of 127`,
        "Updating existing machines in 'chat' with rolling strategy",
      ].join("\n"),
    );
    expect(stderr).toContain(`Error release_command failed running on machine ${id} with exit code 127.\n`);
    expect(await statuses(fly)).toEqual(["complete", "complete"]);
    expect(await fly.ok(["machine", "status", id ?? "", "-a", "chat"])).toMatch(
      /^ stopped │ exit .* exit_code=127,oom_killed=false,requested_stop=false/m,
    );
  });

  test("keeps its machine after a timeout, and the next deployment destroys it", async () => {
    const fly = new Fly();
    await fly.deployed(withRelease.replace('"20m"', "300"));
    const { exitCode, stderr } = await fly.deploy();
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("timeout reached waiting for machine's state to change"),
    ]);
    const left = (await machines(fly)).map(({ config }) => config.metadata.fly_process_group);
    expect(left).toEqual(["fly_app_release_command"]);
    expect((await fly.deploy(["--release-command-timeout", "none"])).exitCode).toBe(0);
    expect(await groups(fly)).toEqual(["web:started", "worker:started"]);
  });

  test("is skipped on request", async () => {
    const fly = new Fly();
    await fly.deployed(twoGroups);
    fly.write("fly.toml", withRelease);
    await fly.deploy(["--skip-release-command"]);
    expect(readMachineStarts(fly.folder).some(({ kind }) => kind === "release_command")).toBe(false);
  });
});

describe("scale", () => {
  test("counts, shows, and reports that there is nothing to do", async () => {
    const fly = new Fly();
    await fly.deployed();
    const plan = await fly.run(["scale", "count", "web=3", "-a", "chat"]);
    expect([plan.exitCode, plan.stderr]).toEqual([
      1,
      "Error: --yes flag must be specified when not running interactively\n",
    ]);
    await fly.ok(["scale", "count", "web=3", "worker=1", "-a", "chat", "--yes"]);
    expect(await fly.json(["scale", "show", "-a", "chat"])).toEqual([
      { Process: "web", Count: 3, CPUKind: "shared", CPUs: 1, Memory: 1024, Regions: { ord: 3 } },
      { Process: "worker", Count: 1, CPUKind: "shared", CPUs: 1, Memory: 1024, Regions: { ord: 1 } },
    ]);
    const noOp = await fly.ok(["scale", "count", "web=3", "worker=1", "-a", "chat", "--yes"]);
    expect(noOp).toBe("App already scaled to desired state. No need for changes\n");
    const bare = await fly.run(["scale", "count", "2", "-a", "chat", "--yes"]);
    expect(bare.stderr).toContain("valid names are [web worker]");
    await fly.ok(["scale", "count", "2", "-g", "web", "-a", "chat", "--yes"]);
    expect(await groups(fly)).toEqual(["web:started", "web:started", "worker:started"]);
  });

  test("resizes one group; the file's [[vm]] reverts it", async () => {
    const fly = new Fly();
    await fly.deployed();
    expect((await fly.run(["scale", "memory", "2gb", "-a", "chat"])).stderr).toContain("multiple process groups");
    await fly.ok(["scale", "vm", "shared-cpu-2x", "-g", "worker", "--vm-memory", "2048", "-a", "chat"]);
    const memory = async (): Promise<readonly number[]> =>
      (await machines(fly)).map(({ config }) => config.guest.memory_mb);
    expect(await memory()).toEqual([1024, 2048]);
    await fly.deploy();
    expect(await memory()).toEqual([1024, 1024]);
  });
});

describe("machines", () => {
  test("are stopped, started and destroyed", async () => {
    const fly = new Fly();
    await fly.deployed();
    const [web] = await machines(fly);
    const id = web?.id ?? "";
    const running = await fly.run(["machine", "destroy", id, "-a", "chat"]);
    expect(running.stderr).toContain("currently started, either stop first or use --force flag");
    await fly.ok(["machine", "stop", id, "-a", "chat"]);
    await fly.ok(["m", "destroy", id, "-a", "chat"]);
    expect(await groups(fly)).toEqual(["worker:started"]);
    expect((await fly.ok(["machines", "ls", "-q", "-a", "chat"])).trim()).toMatch(/^[0-9a-f]{14}$/);
    const status = await fly.ok(["machine", "status", (await machines(fly))[0]?.id ?? "", "-a", "chat"]);
    expect(status).toContain("State: started");
  });

  test("have checks", async () => {
    const fly = new Fly();
    await fly.deployed();
    const checks = Object.values(
      await fly.json<Record<string, { name: string; status: string }[]>>(["checks", "list", "-a", "chat"]),
    );
    expect(
      checks
        .flat()
        .map(({ name, status }) => [name, status])
        .sort(),
    ).toEqual([
      ["servicecheck-00-http-3000", "passing"],
      ["worker", "passing"],
    ]);
  });
});
