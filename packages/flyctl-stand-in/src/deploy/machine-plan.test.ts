import { describe, expect, test } from "vitest";
import { parse } from "smol-toml";
import { parseImage, storedRef } from "./image.ts";
import { planDeployment, staysStopped } from "./plan.ts";
import { parseCounts } from "./scale-plan.ts";
import type { Machine } from "../state/types.ts";
import { checkGuest, guestOf, guestOfSize, parseMemory } from "../toml/guest.ts";
import { computeFor, defaultGroup } from "../toml/groups.ts";
import { understand } from "../toml/load.ts";
import { groupMachineConfig, releaseMachineConfig } from "../toml/machine-config.ts";
import type { FlyConfig } from "../toml/types.ts";

const load = (toml: string): FlyConfig => understand("fly.toml", parse(toml)).config;
const twoGroups = load('[processes]\nweb = "a"\nworker = "b"\n[http_service]\nprocesses = ["web"]\ninternal_port = 1');
const all = { ha: false, onlyGroups: [] };
const stamp = { id: "r", version: 3, image: "i" };

const machine = (id: string, group: string, state: Machine["state"] = "started"): Machine =>
  ({ id, state, config: { metadata: { fly_platform_version: "v2", fly_process_group: group } } }) as unknown as Machine;

describe("a deployment's effect on machines", () => {
  test("creates one machine per group without spares", () => {
    expect(planDeployment(twoGroups, [], all).create).toEqual([
      { group: "web", count: 1, standby: false },
      { group: "worker", count: 1, standby: false },
    ]);
  });

  test("by default creates two machines with a service, and a standby without one", () => {
    expect(planDeployment(twoGroups, [], { ...all, ha: true }).create).toEqual([
      { group: "web", count: 2, standby: false },
      { group: "worker", count: 1, standby: true },
    ]);
  });

  test("creates no spare for a group with a volume", () => {
    const config = load('[[mounts]]\nsource = "d"\ndestination = "/d"\n[http_service]\ninternal_port = 1');
    expect(planDeployment(config, [], { ...all, ha: true }).create).toEqual([
      { group: "app", count: 1, standby: false },
    ]);
  });

  test("keeps the counts of existing groups, and removes the machines of deleted groups", () => {
    const machines = [
      machine("1", "web"),
      machine("2", "web"),
      machine("3", "cron"),
      machine("4", "fly_app_release_command"),
    ];
    const plan = planDeployment(twoGroups, machines, { ...all, ha: true });
    expect(plan.remove.map(({ id }) => id)).toEqual(["3"]);
    expect(plan.create.map(({ group }) => group)).toEqual(["worker"]);
    expect(plan.update.map(({ group, machines: each }) => [group, each.length])).toEqual([["web", 2]]);
  });

  test("stays within the selected groups", () => {
    const machines = [machine("1", "web"), machine("3", "cron")];
    const plan = planDeployment(twoGroups, machines, { ...all, onlyGroups: ["web"] });
    expect([plan.remove, plan.create]).toEqual([[], []]);
  });

  test("keeps a machine that no deployment created, even in a group of the config", () => {
    const own = machine("1", "web");
    const foreign = {
      ...machine("2", "web"),
      config: { metadata: { fly_process_group: "web" } },
    } as unknown as Machine;
    expect(planDeployment(twoGroups, [foreign], all).create.map(({ group }) => group)).toEqual(["web", "worker"]);
    const plan = planDeployment(twoGroups, [own, foreign], all);
    expect(plan.update.map(({ machines: each }) => each.map(({ id }) => id))).toEqual([["1"]]);
    expect(plan.remove).toEqual([]);
  });

  test("starts a failed machine, but not a stopped, suspended or standby one", () => {
    expect(staysStopped(machine("1", "web", "failed"), [])).toBe(false);
    expect(staysStopped(machine("1", "web", "suspended"), [])).toBe(true);
    expect(staysStopped(machine("1", "web"), [])).toBe(false);
    expect(staysStopped(machine("1", "web", "stopped"), [])).toBe(true);
    expect(staysStopped(undefined, ["1"])).toBe(true);
    expect(staysStopped(undefined, [])).toBe(false);
  });
});

describe("sizes", () => {
  test.each([
    ["2gb", 2048],
    ["1GB", 1024],
    ["512", 512],
    ["512mb", 512],
    ["1.5gb", 1536],
  ])("%s is %i MB", (text, megabytes) => expect(parseMemory(text)).toBe(megabytes));

  test.each([
    ["shared-cpu-3x", "'shared-cpu-3x' is an invalid machine size, choose one of:"],
    ["tiny", "expected to start with 'shared' or 'performance'"],
  ])("rejects %s", (size, message) => expect(() => guestOfSize(size)).toThrow(message));

  test.each([
    [{ memory: "300mb" }, "256 MiB increment"],
    [{ size: "shared-cpu-2x", memory: "256mb" }, "minimum required 512"],
    [{ size: "shared-cpu-1x", memory: "4gb" }, "cannot exceed 2048"],
    [{ size: "performance-1x", memory: "1gb" }, "minimum required 2048"],
  ])("the Machines API rejects %j", (compute, message) => expect(() => checkGuest(guestOf(compute))).toThrow(message));

  test("uses the most specific [[vm]]; one without a group applies to all", () => {
    const config = load(
      '[processes]\nweb = "a"\nworker = "b"\n[[vm]]\nmemory = "1gb"\n[[vm]]\nmemory = "2gb"\nprocesses = ["worker"]',
    );
    expect([computeFor(config, "web")?.memory, computeFor(config, "worker")?.memory]).toEqual(["1gb", "2gb"]);
  });

  test("keeps a machine's size if no [[vm]] covers its group", () => {
    const guest = { cpu_kind: "shared", cpus: 2, memory_mb: 4096 };
    expect(groupMachineConfig(twoGroups, "web", stamp, guest).guest).toEqual(guest);
  });
});

describe("the config of a machine", () => {
  const config = load(`primary_region = "ord"
    kill_signal = "SIGTERM"
    [deploy]
    release_command = "sh -c 'a \\"$B\\" && c'"
    [deploy.release_command_vm]
    memory = "2gb"
    [env]
    A = "1"
    [processes]
    web = "rails s -p 3000"
    worker = ""
    [checks.alive]
    type = "http"
    port = 7433
    processes = ["worker"]
    [[files]]
    guest_path = "/f"
    raw_value = "x"
    processes = ["web"]
    [[restart]]
    policy = "never"`);

  test("gives the release command the whole env, its own size and every file", () => {
    const release = releaseMachineConfig(config, stamp, guestOfSize("shared-cpu-1x"));
    expect(release.init.cmd).toEqual(["sh", "-c", 'a "$B" && c']);
    expect(release.guest.memory_mb).toBe(2048);
    expect(release.env).toEqual({
      A: "1",
      RELEASE_COMMAND: "1",
      FLY_PROCESS_GROUP: "fly_app_release_command",
      PRIMARY_REGION: "ord",
    });
    expect(release.files).toEqual([{ guest_path: "/f", raw_value: "eA==" }]);
  });

  test("gives a group its own command and checks, and a file to every group", () => {
    const guest = guestOfSize("shared-cpu-1x");
    const web = groupMachineConfig(config, "web", stamp, guest);
    const worker = groupMachineConfig(config, "worker", stamp, guest);
    expect([web.init.cmd, worker.init.cmd]).toEqual([["rails", "s", "-p", "3000"], undefined]);
    expect([web.checks, Object.keys(worker.checks ?? {})]).toEqual([undefined, ["alive"]]);
    expect(worker.files).toHaveLength(1);
    expect(web.metadata).toMatchObject({ fly_process_group: "web", fly_release_version: "3" });
  });

  test("applies a section without a group to the default group only", () => {
    const guest = guestOfSize("shared-cpu-1x");
    expect(defaultGroup(config)).toBe("web");
    expect(groupMachineConfig(config, "web", stamp, guest).restart).toEqual({ policy: "no" });
    expect(groupMachineConfig(config, "worker", stamp, guest).restart).toBeUndefined();
  });
});

describe("image references", () => {
  test.each([
    ["acme/web:v4.14.0", "docker-hub-mirror.fly.io/acme/web:v4.14.0@sha256:"],
    ["nginx", "docker-hub-mirror.fly.io/library/nginx:latest@sha256:"],
    ["ghcr.io/a/b:1", "ghcr.io/a/b:1@sha256:"],
    [`a/b:1@sha256:${"0".repeat(64)}`, `docker-hub-mirror.fly.io/a/b:1@sha256:${"0".repeat(64)}`],
  ])("%s", (text, start) => {
    const image = parseImage(text);
    expect(image && storedRef(image)).toContain(start);
  });
  test.each(["", "A/b", "a b", "a:b:c", "a@sha256:1"])("rejects %j", (text) =>
    expect(parseImage(text)).toBeUndefined(),
  );
});

describe("scale count", () => {
  test("parses words and a bare number", () => {
    expect(parseCounts(["web=2", "worker=+1"], "app")).toEqual([
      { group: "web", count: 2, relative: false },
      { group: "worker", count: 1, relative: true },
    ]);
    expect(parseCounts(["3"], "web")).toEqual([{ group: "web", count: 3, relative: false }]);
  });
  test.each([["web"], ["web=x"], ["web=1=2"], ["web=+0"]])("rejects %s", (word) =>
    expect(() => parseCounts([word], "app")).toThrow(),
  );
});
