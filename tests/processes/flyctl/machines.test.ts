import { describe, expect, test } from "vitest";
import { readCalls, readMachineStarts, Store, type Machine } from "flyctl-stand-in";
import { Fly } from "./fly.ts";

const scaled = async (): Promise<Fly> => {
  const fly = new Fly();
  await fly.deployed();
  await fly.ok(["scale", "count", "web=2", "worker=1", "-a", "chat", "--yes"]);
  return fly;
};

const machines = (fly: Fly): readonly Machine[] => fly.state.apps.chat?.machines ?? [];

describe("machine leases", () => {
  const hold = (fly: Fly, id: string, seconds: number) => {
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    new Store(fly.folder).update(({ apps }) => {
      const machine = apps["chat"]!.machines.find((each) => each.id === id)!;
      machine.lease = { owner: "ops@example.com", nonce: "abc", expiresAt };
    });
  };

  test("are listed, stop a deployment after its release command, and can be cleared", async () => {
    const fly = await scaled();
    const ids = fly.machineIds("web");
    const view = (env = {}) => fly.run(["machine", "leases", "view", ...ids, "-a", "chat"], { env });
    expect((await view()).stdout).toBe("No leases found\n");
    expect(JSON.parse((await view({ FLY_JSON: "1" })).stdout)).toEqual({});
    hold(fly, ids[0]!, 600);
    expect((await view()).stdout).toContain("ops@example.com");
    expect(JSON.parse((await view({ FLY_JSON: "1" })).stdout)).toEqual({
      [ids[0]!]: { status: "success", data: expect.objectContaining({ owner: "ops@example.com" }) as unknown },
    });
    const { exitCode, stderr } = await fly.deploy();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("lease currently held by ops@example.com")]);
    expect(await fly.ok(["machine", "leases", "clear", ...ids, "-a", "chat"])).toBe(
      `clearing lease for machine ${ids[0]}\nLease(s) cleared\n`,
    );
    expect((await fly.deploy()).exitCode).toBe(0);
  });

  test("that have expired are not listed", async () => {
    const fly = await scaled();
    hold(fly, fly.machineIds("web")[0]!, -1);
    expect(await fly.ok(["machine", "lease", "view", ...fly.machineIds("web"), "-a", "chat"])).toBe(
      "No leases found\n",
    );
  });

  test("need a known command", async () => {
    const { exitCode, stderr } = await (await scaled()).run(["machine", "leases", "steal", "-a", "chat"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('unknown command "steal"')]);
  });
});

describe("machine cordon and uncordon", () => {
  test("accept several ids, print each twice, and show in every list", async () => {
    const fly = await scaled();
    const web = fly.machineIds("web");
    const printed = web.map((id) => `Activating cordon on machine ${id}...\ndone!\n`).join("");
    expect(await fly.ok(["machine", "cordon", ...web, "-a", "chat"])).toBe(printed);
    const shown = await fly.json<{ cordoned: boolean; state: string }[]>(["machine", "list", "-a", "chat"]);
    expect(shown.map(({ cordoned, state }) => [cordoned, state])).toEqual([
      [true, "started"],
      [false, "started"],
      [true, "started"],
    ]);
    const status = await fly.json<{ Machines: { cordoned: boolean }[] }>(["status", "-a", "chat"]);
    expect(status.Machines.filter(({ cordoned }) => cordoned)).toHaveLength(2);
    await fly.ok(["m", "uncordon", ...web, "-a", "chat"]);
    expect(machines(fly).map(({ cordoned }) => cordoned)).toEqual([false, false, false]);
  });

  test("change nothing if one of the ids is unknown", async () => {
    const fly = await scaled();
    const { exitCode, stderr } = await fly.run([
      "machine",
      "cordon",
      ...fly.machineIds("web"),
      "00000000000000",
      "-a",
      "chat",
    ]);
    expect([exitCode, stderr]).toEqual([1, "Error: machine 00000000000000 was not found in app 'chat'\n"]);
    expect(machines(fly).some(({ cordoned }) => cordoned)).toBe(false);
  });

  test("persist through a stop, a start and a rolling deployment", async () => {
    const fly = await scaled();
    const [id = ""] = fly.machineIds("web");
    await fly.ok(["machine", "cordon", id, "-a", "chat"]);
    await fly.ok(["machine", "stop", id, "-a", "chat"]);
    await fly.deploy(["--image", "chatwoot/chatwoot:v5"]);
    await fly.ok(["machine", "start", id, "-a", "chat"]);
    expect(machines(fly).filter(({ cordoned }) => cordoned)).toMatchObject([{ id, state: "started" }]);
  });
});

describe("machine stop and start", () => {
  test("accept several ids; a stopped machine's checks warn, and its exit is an event without a status of zero", async () => {
    const fly = await scaled();
    const web = fly.machineIds("web");
    const printed = await fly.ok(["machine", "stop", ...web, "-a", "chat", "--signal", "sigterm", "-w", "30s"]);
    expect(printed).toContain(`${web[1]} has been successfully stopped\n`);
    const stopped = machines(fly).filter(({ state }) => state === "stopped");
    expect(stopped.map(({ checks }) => checks.map(({ status, output }) => [status, output]))).toEqual([
      [["warning", "the machine hasn't started"]],
      [["warning", "the machine hasn't started"]],
    ]);
    expect(stopped[0]?.events[0]).toEqual({
      type: "exit",
      status: "stopped",
      request: { exit_event: { requested_stop: true, exited_at: expect.any(String) } },
      source: "flyd",
      timestamp: expect.any(Number),
    });
    expect(await fly.ok(["machine", "start", ...web, "-a", "chat"])).toBe(
      web.map((id) => `${id} has been started\n`).join(""),
    );
    expect(machines(fly).every(({ checks }) => checks.every(({ status }) => status === "passing"))).toBe(true);
  });

  test("find the app by the machine's id", async () => {
    const fly = await scaled();
    const [id = ""] = fly.machineIds("worker");
    await fly.ok(["machine", "stop", id], { env: { PWD: "/" } });
    expect(machines(fly).find((each) => each.id === id)?.state).toBe("stopped");
  });

  test("reject a missing id", async () => {
    const fly = await scaled();
    expect((await fly.run(["machine", "stop", "-a", "chat"])).stderr).toBe(
      "Error: a machine ID must be specified when not running interactively\n",
    );
  });
});

describe("machine exec", () => {
  const answers = [
    { match: "^pg_dump", exitCode: 3, stdout: "half a dump\n", stderr: "disk full\n" },
    { match: "^sh -c .*redis-cli", stdout: "PONG\n" },
    { match: "^sleep", seconds: 60 },
  ];
  const withAnswers = async (): Promise<{ fly: Fly; id: string }> => {
    const fly = new Fly();
    await fly.deployed();
    fly.write("exec.json", JSON.stringify(answers));
    return { fly, id: fly.machineIds("worker")[0] ?? "" };
  };

  test("always exits with 0; --json omits zero and empty fields", async () => {
    const { fly, id } = await withAnswers();
    expect(await fly.json(["machine", "exec", id, "pg_dump -Fc", "-a", "chat"])).toEqual({
      exit_code: 3,
      stdout: "half a dump\n",
      stderr: "disk full\n",
    });
    expect(await fly.json(["machine", "exec", id, "sh -c 'redis-cli ping'", "-a", "chat"])).toEqual({
      stdout: "PONG\n",
    });
    expect(await fly.ok(["machine", "exec", id, "true", "-a", "chat", "--json"])).toBe("{}\n");
    expect(await fly.run(["machine", "exec", id, "pg_dump -Fc", "-a", "chat"])).toEqual({
      exitCode: 0,
      stdout: "Exit code: 3\nhalf a dump\n",
      stderr: "disk full\n",
    });
    expect(readCalls(fly.folder).at(-1)?.argv).toEqual(["machine", "exec", id, "pg_dump -Fc", "-a", "chat"]);
  });

  test("uses the answers from the faults first, and only for the named app", async () => {
    const { fly, id } = await withAnswers();
    fly.faults({
      exec: [
        { match: "redis", app: "other", stdout: "no" },
        { match: "redis", exitCode: 1 },
      ],
    });
    expect(await fly.json(["machine", "exec", id, "sh -c 'redis-cli ping'", "-a", "chat"])).toEqual({ exit_code: 1 });
  });

  test("fails if the timeout is shorter than the command", async () => {
    const { fly, id } = await withAnswers();
    await fly.ok(["machine", "exec", id, "sleep 60", "-a", "chat", "--timeout", "90"]);
    const { exitCode, stderr } = await fly.run([
      "machine",
      "exec",
      id,
      "sleep 60",
      "-a",
      "chat",
      "--timeout",
      "5",
      "--json",
    ]);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(`could not exec command on machine ${id}: failed to exec on VM ${id}: `),
    ]);
  });

  test("rejects a stopped machine, a missing id, and two extra words", async () => {
    const { fly, id } = await withAnswers();
    await fly.ok(["machine", "stop", id, "-a", "chat"]);
    expect((await fly.run(["machine", "exec", id, "true", "-a", "chat"])).stderr).toContain("machine not running");
    expect((await fly.run(["machine", "exec", "true", "-a", "chat"])).stderr).toBe(
      "Error: a machine ID must be specified when not running interactively\n",
    );
    expect((await fly.run(["machine", "exec", id, "ls", "-a", "chat", "/"])).stderr).toContain(
      "accepts between 1 and 2 arg(s), received 3",
    );
  });
});

describe("a start", () => {
  test("keeps the secrets of the last update, not those staged since", async () => {
    const fly = new Fly();
    await fly.deployed();
    const [id = ""] = fly.machineIds("worker");
    await fly.ok(["machine", "stop", id, "-a", "chat"]);
    await fly.ok(["secrets", "set", "LATE=1", "--stage", "-a", "chat"]);
    await fly.ok(["machine", "start", id, "-a", "chat"]);
    expect(readMachineStarts(fly.folder).at(-1)).toMatchObject({ machine: id, kind: "process", schedule: null });
    expect(readMachineStarts(fly.folder).at(-1)?.env).not.toHaveProperty("LATE");
  });
});
