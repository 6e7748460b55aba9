import { describe, expect, test } from "vitest";
import { readMachineStarts, type Machine } from "flyctl-stand-in";
import { Fly, twoGroups } from "./fly.ts";

const newImage = ["--image", "chatwoot/chatwoot:v5"];
const machines = (fly: Fly): readonly Machine[] => fly.state.apps.chat?.machines ?? [];

/** The tag of each machine in a group, by id, which is the order of a rollout. */
const tags = (fly: Fly, group: string): readonly (string | undefined)[] =>
  machines(fly)
    .filter(({ config }) => config.metadata.fly_process_group === group)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ config }) => /:(v[\d.]+)@/.exec(config.image)?.[1]);

async function scaled(web: number, worker: number): Promise<Fly> {
  const fly = new Fly();
  await fly.deployed();
  await fly.ok(["scale", "count", `web=${web}`, `worker=${worker}`, "-a", "chat", "--yes"]);
  return fly;
}

describe("a rolling deployment that fails half-way", () => {
  test("leaves the machines before the unhealthy one on the new image, and those after it on the old one", async () => {
    const fly = await scaled(4, 2);
    fly.faults({ healthCheck: { group: "web", nth: 4, output: "503 Service Unavailable" } });
    const { exitCode, stderr } = await fly.deploy([...newImage, "--max-unavailable", "1"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("timeout reached waiting for health checks")]);
    expect([tags(fly, "web"), tags(fly, "worker")]).toEqual([
      ["v5", "v5", "v5", "v5"],
      ["v5", "v5"],
    ]);
    const checks = await fly.json<Record<string, { status: string; output: string }[]>>([
      "checks",
      "list",
      "-a",
      "chat",
    ]);
    expect(
      Object.values(checks)
        .flat()
        .filter(({ status }) => status === "critical"),
    ).toMatchObject([{ output: "503 Service Unavailable" }]);
  });

  test("cancels the machines after the unhealthy one, and exits with 127 without a message", async () => {
    const fly = await scaled(3, 1);
    fly.faults({ healthCheck: [{ group: "web", nth: 2 }] });
    const { exitCode, stderr } = await fly.deploy(newImage);
    expect([exitCode, stderr]).toEqual([127, expect.not.stringContaining("Error")]);
    expect([tags(fly, "web"), tags(fly, "worker")]).toEqual([["v5", "v5", "v4.14.0"], ["v5"]]);
    const releases = await fly.json<{ Status: string }[]>(["releases", "-a", "chat", "--image"]);
    expect(releases[0]?.Status).toBe("interrupted");
  });

  test("stops at a rejected update, in every group", async () => {
    const fly = await scaled(3, 3);
    fly.faults({ updateError: { group: "worker", nth: 2 } });
    expect((await fly.deploy(newImage)).exitCode).toBe(127);
    expect([tags(fly, "web"), tags(fly, "worker")]).toEqual([
      ["v5", "v4.14.0", "v4.14.0"],
      ["v5", "v4.14.0", "v4.14.0"],
    ]);
  });

  test("can be limited to one machine by id, and a deployment without the fault converges", async () => {
    const fly = await scaled(2, 1);
    const [machine = ""] = [...fly.machineIds("web")].sort().slice(-1);
    fly.faults({ updateError: { machine } });
    await fly.ok(["scale", "count", "worker=0", "-a", "chat", "--yes"]);
    const { exitCode, stderr } = await fly.deploy([...newImage, "--process-groups", "web"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`failed to update VM ${machine}`)]);
    expect(tags(fly, "web")).toEqual(["v5", "v4.14.0"]);
    fly.faults({});
    expect((await fly.deploy(newImage)).exitCode).toBe(0);
    expect([tags(fly, "web"), tags(fly, "worker")]).toEqual([["v5", "v5"], ["v5"]]);
  });

  test("with the immediate strategy updates all the others and ignores their checks", async () => {
    const fly = await scaled(3, 1);
    fly.faults({ updateError: { group: "web", nth: 2 }, healthCheck: "worker" });
    expect((await fly.deploy([...newImage, "--strategy", "immediate"])).exitCode).toBe(1);
    expect([tags(fly, "web"), tags(fly, "worker")]).toEqual([["v5", "v4.14.0", "v5"], ["v5"]]);
  });
});

describe("a machine that does not run", () => {
  test("is updated but neither started nor health-checked; a failed one is started", async () => {
    const fly = await scaled(3, 1);
    const [stopped = "", suspended = "", failed = ""] = fly.machineIds("web");
    const states = { [stopped]: "stopped", [suspended]: "suspended", [failed]: "failed" } as const;
    fly.change((state) => {
      for (const machine of state.apps.chat?.machines ?? []) machine.state = states[machine.id] ?? machine.state;
    });
    fly.faults({ healthCheck: [{ machine: stopped }, { machine: suspended }] });
    const before = readMachineStarts(fly.folder).length;
    expect((await fly.deploy(newImage)).exitCode).toBe(0);
    expect(tags(fly, "web")).toEqual(["v5", "v5", "v5"]);
    const after = new Map(machines(fly).map(({ id, state }) => [id, state]));
    expect([stopped, suspended, failed].map((id) => after.get(id))).toEqual(["stopped", "stopped", "started"]);
    const started = readMachineStarts(fly.folder).slice(before);
    expect(started.map(({ machine }) => machine).sort()).toEqual([failed, ...fly.machineIds("worker")].sort());
  });
});

describe("bluegreen", () => {
  const bluegreen = [...newImage, "--strategy", "bluegreen"];

  test("replaces every machine, and prints its progress on standard error", async () => {
    const fly = await scaled(2, 1);
    const before = machines(fly).map(({ id }) => id);
    const { exitCode, stderr } = await fly.deploy(bluegreen);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("\nDeployment Complete\n")]);
    expect(machines(fly).filter(({ id }) => before.includes(id))).toEqual([]);
    expect([tags(fly, "web"), tags(fly, "worker")]).toEqual([["v5", "v5"], ["v5"]]);
    const [web] = machines(fly);
    expect(web?.config.metadata.fly_bluegreen_deployment_tag).toMatch(/^\d{10}$/);
  });

  test("recreates stopped machines as stopped, except one of each group with checks, and removes every cordon", async () => {
    const fly = await scaled(2, 1);
    await fly.ok(["machine", "cordon", ...machines(fly).map(({ id }) => id), "-a", "chat"]);
    await fly.ok(["machine", "stop", ...machines(fly).map(({ id }) => id), "-a", "chat"]);
    expect((await fly.deploy(bluegreen)).exitCode).toBe(0);
    expect(
      machines(fly).map(({ config, state, cordoned }) => [config.metadata.fly_process_group, state, cordoned]),
    ).toEqual([
      ["web", "started", false],
      ["web", "stopped", false],
      ["worker", "started", false],
    ]);
  });

  test("rolls a failure back: the old machines keep serving, unchanged", async () => {
    const fly = await scaled(2, 1);
    const before = machines(fly);
    for (const fault of [{ healthCheck: { group: "web", nth: 2 } }, { updateError: { group: "worker" } }]) {
      fly.faults(fault);
      const { exitCode, stderr } = await fly.deploy(bluegreen);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Rolling back failed deployment")]);
      expect(machines(fly)).toEqual(before);
    }
  });

  test("rejects an app whose machines run more than one image", async () => {
    const fly = await scaled(3, 1);
    fly.faults({ healthCheck: { group: "web", nth: 2 } });
    await fly.deploy(newImage);
    fly.faults({});
    const { exitCode, stderr } = await fly.deploy(bluegreen);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Error: found multiple image versions")]);
    expect(stderr).toContain("[x] chatwoot/chatwoot:v4.14.0 - 1 machine(s)");
  });

  test("rejects an app without a check", async () => {
    const fly = new Fly();
    await fly.deployed('app = "chat"\n[build]\nimage = "nginx"\n[http_service]\ninternal_port = 80');
    const { exitCode, stderr } = await fly.deploy(bluegreen);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("app not in valid state for bluegreen")]);
  });

  test("ends with 0 if the old machines cannot be destroyed: they stay stopped and cordoned", async () => {
    const fly = await scaled(1, 1);
    fly.faults({ blueRemains: true });
    expect((await fly.deploy(bluegreen)).exitCode).toBe(0);
    expect(machines(fly).map(({ state, cordoned }) => [state, cordoned])).toEqual([
      ["stopped", true],
      ["stopped", true],
      ["started", false],
      ["started", false],
    ]);
    fly.faults({});
    expect((await fly.deploy(bluegreen)).stderr).toContain("found multiple image versions");
  });
});

describe("a restart for new secrets", () => {
  test("uses the strategy of the last release and waits for its checks", async () => {
    const fly = await scaled(2, 1);
    fly.faults({ healthCheck: "web" });
    const failed = await fly.run(["secrets", "set", "A=1", "-a", "chat"]);
    expect([failed.exitCode, failed.stderr]).toEqual([1, expect.stringContaining("waiting for health checks")]);
    fly.faults({});
    const before = machines(fly).map(({ id }) => id);
    await fly.deploy(["--strategy", "bluegreen"]);
    const between = machines(fly).map(({ id }) => id);
    await fly.ok(["secrets", "set", "A=2", "-a", "chat"]);
    const after = machines(fly).map(({ id }) => id);
    expect([between, after].flat().filter((id) => before.includes(id))).toEqual([]);
    expect(after.filter((id) => between.includes(id))).toEqual([]);
  });

  test("is otherwise a rolling deployment of the same config", async () => {
    const fly = new Fly();
    await fly.deployed(twoGroups);
    const before = machines(fly).map(({ id }) => id);
    await fly.ok(["secrets", "set", "A=2", "-a", "chat"]);
    expect(machines(fly).map(({ id }) => id)).toEqual(before);
  });
});
