import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { renderMachineConfig } from "../../../components/fly/machine-config.ts";
import { DriverWorld } from "./driver-world.ts";
import { oneWorker } from "../../helpers/workers.ts";

let world: DriverWorld;
beforeEach(async () => {
  world = new DriverWorld();
  await world.converge("app");
});
afterEach(() => world.dispose());

const old = "v4.16.1";
const next = "v4.16.2";

function inputs(version: string, more: Record<string, string> = {}): Record<string, string> {
  const machineConfig = renderMachineConfig({
    app: "chat",
    region: "ord",
    image: `chatwoot/chatwoot:${version}`,
    settings: { RAILS_ENV: "production" },
    webMemoryMb: 1024,
    workers: [oneWorker(1024)],
    releaseMemoryMb: 2048,
    concurrency: 1000,
    strategy: "rolling",
    migratesDirectly: false,
    hasTigrisKeys: false,
    initializers: [],
  });
  return {
    MACHINE_CONFIG: machineConfig,
    SECRETS_FINGERPRINT: "0",
    MAINTENANCE: "",
    ORIGIN: "",
    RELEASE_TIMEOUT_MINUTES: "20",
    WAIT_TIMEOUT_MINUTES: "1",
    ...more,
  };
}
const deploy = (version: string, more: Record<string, string> = {}, secrets?: Record<string, string>) =>
  world.step("deployment", { inputs: inputs(version, more), ...(secrets && { secrets }) });
const scale = (counts: string) => world.converge("scale", { inputs: { COUNTS: counts, WAIT_TIMEOUT_MINUTES: "1" } });

const bluegreen = (version: string) => ({
  MACHINE_CONFIG: inputs(version)["MACHINE_CONFIG"]!.replace('strategy = "rolling"', 'strategy = "bluegreen"'),
});
const window = { MAINTENANCE: "the pool is full" };

describe("a deployment that fails", () => {
  test("in its preparation reports that the old version still serves", async () => {
    await deploy(old);
    world.faults({ releaseCommand: { exitCode: 1, logs: ["PG::ConnectionBad: planted-password is wrong"] } });
    const { code, stderr } = await deploy(next, {}, { POSTGRES_PASSWORD: "planted-password" });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /deployment: flyctl deploy failed with exit code 1\. Every machine still runs the previous release and is healthy:\n {2}web .* v4\.16\.1 .*started\n {2}worker .* v4\.16\.1 .*started\nFix the cause and run `pulumi up` again\./,
    );
    expect(stderr).toContain("PG::ConnectionBad: [secret] is wrong");
    expect(stderr).not.toContain("planted-password");
    expect(world.evidence().text).not.toContain("planted-password");
    expect(world.evidence().accounts["deployment-chat"]).toMatchObject({
      outcome: "failed",
      machines: [{ version: old }, { version: old }],
      checks: expect.anything() as unknown,
    });
  });

  test("without enough memory in its preparation names the setting", async () => {
    await deploy(old);
    world.faults({ releaseCommand: { exitCode: 137 } });
    const { stderr } = await deploy(next);
    expect(stderr).toMatch(
      /started\nThe preparation was most likely killed for lack of memory: raise fly\.releaseMemoryMb/,
    );
  });

  test("in its preparation fails even if flyctl forgets it, and prepares again in the next one", async () => {
    await deploy(old);
    world.faults({ releaseCommand: { exitCode: 127, isForgotten: true } });
    const { code, stderr } = await deploy(next);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /flyctl deploy exited with 0, but the preparation on machine \w+ failed with exit code 127: the database is not prepared for the new release\. 0 of 2 machines still run the previous release, the others the new release:\n {2}web .*v4\.16\.2/,
      ),
    ]);
    expect(stderr).toContain("run `pulumi up` again, which prepares first");
    world.faults({});
    expect((await deploy(next)).code).toBe(0);
  });

  test("in a preparation that flyctl stops awaiting is not taken for a success", async () => {
    await deploy(old);
    world.faults({ releaseCommandSeconds: 3600, releaseCommand: { isForgotten: true } });
    const { code, stderr } = await deploy(next);
    expect(code).toBe(1);
    expect(stderr).toMatch(/exited with 0, but the preparation on machine (\w+) did not succeed/);
    expect(stderr).toMatch(/The preparation continues on machine \w+, and the next deployment waits for it/);
  });

  test("half-way reports which machines run what, and the next one fixes it", async () => {
    await deploy(old);
    await scale("web=3 worker=1");
    world.faults({ updateError: [{ group: "web", nth: 2 }] });
    const { stderr } = await deploy(next);
    expect(stderr).toMatch(/machines still run the previous release, the others the new release:/);
    expect(
      world
        .machines()
        .filter((line) => line.startsWith("web"))
        .map((line) => line.split(" ")[2]),
    ).toContain(old);
    world.faults({});
    expect((await deploy(next)).code).toBe(0);
    expect(world.machines()).toEqual([...Array<string>(3).fill(`web started ${next}`), `worker started ${next}`]);
  });

  test("with exit code 127 is explained", async () => {
    await deploy(old);
    world.faults({ calls: [{ match: "^deploy", action: "fail", exitCode: 127, message: "" }] });
    const { stderr } = await deploy(next);
    expect(stderr).toContain(
      "flyctl deploy was interrupted, by a signal or by a failure of another machine (exit code 127)",
    );
  });

  test("in bluegreen keeps the first set serving", async () => {
    await deploy(old);
    world.faults({ healthCheck: ["web"] });
    const { code, stderr } = await deploy(next, bluegreen(next));
    expect([code, stderr]).toEqual([1, expect.stringContaining("Every machine still runs the previous release")]);
    expect(world.machines()).toEqual([`web started ${old}`, `worker started ${old}`]);
    world.faults({});
    expect((await deploy(next, bluegreen(next))).code).toBe(0);
    expect(world.machines()).toEqual([`web started ${next}`, `worker started ${next}`]);
  });

  const lease = (seconds: number) => {
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    world.change(
      ({ apps }) => (apps["chat"]!.machines[0]!.lease = { owner: "ops@example.com", nonce: "n", expiresAt }),
    );
  };

  test("waits for the lease of a killed deployment before it prepares", async () => {
    await deploy(old);
    lease(1.5);
    const before = world.calls().length;
    const { code, stderr } = await deploy(next);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^Machine \w+: ops@example\.com holds its lease until \S+, most likely of a deployment that/m,
      ),
    ]);
    const calls = world.calls().slice(before);
    expect(calls.filter((call) => call === "deploy --app")).toHaveLength(1);
    expect(calls.lastIndexOf("machine leases")).toBeGreaterThan(calls.indexOf("machine leases"));
    expect(calls.lastIndexOf("machine leases")).toBeLessThan(calls.indexOf("deploy --app"));
    expect(world.machines()).toEqual([`web started ${next}`, `worker started ${next}`]);
  });

  test("that loses a lease to another process prepares once more, not four times", async () => {
    await deploy(old);
    const message = "failed to get lease on VM 1: lease currently held by someone@example.com, expires soon";
    world.faults({ calls: [{ match: "^deploy", action: "fail", message }] });
    const before = world.calls().length;
    const failed = await deploy(next);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("deploying again when it is free")]);
    expect(failed.stderr).toContain("Every machine still runs the previous release and is healthy");
    expect(
      world
        .calls()
        .slice(before)
        .filter((call) => call === "deploy --app"),
    ).toHaveLength(2);
    world.faults({});
    expect((await deploy(next)).code).toBe(0);
    expect(world.machines()).toEqual([`web started ${next}`, `worker started ${next}`]);
  });
});

describe("a maintenance window", () => {
  test("stops the running machines, deploys, and starts them again, healthy", async () => {
    await deploy(old);
    const before = world.calls().length;
    expect((await deploy(next, window)).code).toBe(0);
    expect(
      world
        .calls()
        .slice(before)
        .filter((call) => /^(machine (c|s|u)|deploy)/.test(call)),
    ).toEqual(["machine cordon", "machine stop", "deploy --app", "machine start", "machine uncordon"]);
    expect(world.machines()).toEqual([`web started ${next}`, `worker started ${next}`]);
  });

  test("stops nothing in a first deployment", async () => {
    expect((await deploy(next, window)).code).toBe(0);
    expect(world.calls()).not.toContain("machine stop");
  });

  test("ends with the old version running if the migration fails", async () => {
    await deploy(old);
    world.faults({ releaseCommand: { exitCode: 1 } });
    const { stderr } = await deploy(next, window);
    expect(stderr).toContain("Every machine still runs the previous release and is healthy");
    expect(world.machines()).toEqual([`web started ${old}`, `worker started ${old}`]);
  });

  test("ends when the step is interrupted", async () => {
    await deploy(old);
    world.faults({ calls: [{ match: "^deploy", action: "stall" }] });
    const running = world.start("deployment", { inputs: inputs(next, window) });
    await until(() => world.machines().every((line) => line.includes("stopped")));
    running.kill("SIGTERM");
    expect((await running).exitCode).toBe(1);
    expect(world.machines()).toEqual([`web started ${old}`, `worker started ${old}`]);
  });

  test("left open by a killed run is closed by the next deployment, with a window or without", async () => {
    for (const more of [window, {}]) {
      await deploy(old);
      world.faults({ calls: [{ match: "^deploy", action: "stall" }] });
      const running = world.start("deployment", { inputs: inputs(next, window) });
      await until(() => existsSync(join(world.folder, "config", "chat", "running")));
      running.kill("SIGKILL");
      await running;
      expect(world.machines()).toEqual([`web stopped ${old} cordoned`, `worker stopped ${old} cordoned`]);
      world.faults({});
      expect((await deploy(next, more)).code).toBe(0);
      expect(world.machines()).toEqual([`web started ${next}`, `worker started ${next}`]);
    }
  });

  test.each([
    ["only cordoned", { cordoned: true }],
    ["only stopped", { state: "stopped" }],
  ] as const)("left with machines that are %s is closed, from any computer", async (_how, left) => {
    await deploy(old);
    world.change((state) => state.apps["chat"]!.machines.forEach((machine) => Object.assign(machine, left)));
    await world.converge("window", { inputs: { RELEASE_TIMEOUT_MINUTES: "1" } });
    expect(world.machines()).toEqual([`web started ${old}`, `worker started ${old}`]);
    expect(world.calls().filter((call) => /^machine (start|uncordon)/.test(call))).toHaveLength(1);
  });

  test("left open by a killed run is closed without a deployment", async () => {
    await deploy(old);
    world.faults({ calls: [{ match: "^machine stop", action: "fail-after", message: "forbidden" }] });
    await deploy(next, window);
    world.faults({});
    await world.converge("window", { inputs: { RELEASE_TIMEOUT_MINUTES: "1" } });
    expect(world.machines()).toEqual([`web started ${old}`, `worker started ${old}`]);
  });
});

describe("counts", () => {
  test("match the configuration, and a standby machine is removed first", async () => {
    await deploy(old);
    world.change((state) => {
      const worker = state.apps["chat"]!.machines.find(
        ({ config }) => config.metadata["fly_process_group"] === "worker",
      )!;
      const standby = { ...structuredClone(worker), id: "00000000000000", state: "stopped" as const };
      Object.assign(standby.config, { standbys: [worker.id] });
      state.apps["chat"]!.machines.unshift(standby);
    });
    await scale("web=2 worker=1");
    expect(world.machines()).toEqual([`web started ${old}`, `web started ${old}`, `worker started ${old}`]);
    expect(world.calls()).toContain("machine destroy");
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("the condition was not met within a minute");
    await sleep(50);
  }
}
