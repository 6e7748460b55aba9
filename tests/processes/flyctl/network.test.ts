import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DriverWorld } from "./driver-world.ts";

let world: DriverWorld;
beforeEach(async () => {
  world = new DriverWorld();
  await world.converge("app");
});
afterEach(() => world.dispose());

const ips = (): string[] => world.state.apps["chat"]!.ips.map(({ type }) => type).sort();
const hosts = (): string[] => world.state.apps["chat"]!.certificates.map(({ hostname }) => hostname);

describe("addresses", () => {
  const inputs = { IPV4: "shared" };

  test("a shared IPv4 and an IPv6 are created once", async () => {
    const first = await world.converge("addresses", { inputs });
    expect(first).toMatchObject({ addresses: [{ type: "shared_v4" }, { type: "v6" }] });
    expect(await world.converge("addresses", { inputs })).toEqual(first);
    expect(world.calls(true)).toEqual(["apps create", "ips allocate-v6", "ips allocate-v4"]);
  });

  test("existing addresses are adopted", async () => {
    world.change(({ apps }) => {
      const at = { region: "global", createdAt: new Date().toISOString() };
      apps["chat"]!.ips = [
        { id: "1", type: "v6", address: "2a09:8280:1::1", ...at },
        { id: "2", type: "private_v6", address: "fdaa::1", ...at },
      ];
    });
    await world.converge("addresses", { inputs });
    expect(ips()).toEqual(["private_v6", "shared_v4", "v6"]);
  });

  test("an address of a single region does not count as a public address", async () => {
    world.change(({ apps }) => {
      apps["chat"]!.ips = [{ id: "1", type: "v6", address: "2a09:8280:1::1", region: "ord", createdAt: "" }];
    });
    await world.converge("addresses", { inputs });
    expect(ips()).toEqual(["shared_v4", "v6", "v6"]);
  });

  test("another kind is added, with the command that releases the old one", async () => {
    await world.converge("addresses", { inputs });
    const { stderr } = await world.step("addresses", { inputs: { IPV4: "dedicated" } });
    expect(ips()).toEqual(["shared_v4", "v4", "v6"]);
    expect(stderr).toMatch(
      /^(\S+), shared IPv4, is not asked for any more\. When no DNS record has it, give it back: `fly ips release \1 --app chat`\.$/m,
    );
    expect(world.calls(true)).not.toContain("ips release");
  });

  test.each(["ips list", "ips allocate-v6", "ips allocate-v4"])(
    "%s fails, and the next run continues",
    async (match) => {
      world.faults({ calls: [{ match: `^${match}`, action: "fail", message: "planted trouble: forbidden" }] });
      const { code, stdout, stderr } = await world.step("addresses", { inputs });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("planted trouble");
      world.faults({});
      await world.converge("addresses", { inputs });
      expect(ips()).toEqual(["shared_v4", "v6"]);
    },
  );

  test("two first deployments at once keep one address of a kind", async () => {
    const { addresses } = await import("../../../components/driver/steps/addresses.ts");
    const { plainRun } = await import("../../../components/driver/run.ts");
    const before = { ...process.env };
    Object.assign(process.env, world.env, { STEP_IPV4: "dedicated" });
    const shown = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      const [first, second] = await Promise.all([addresses.converge(plainRun()), addresses.converge(plainRun())]);
      expect(second).toEqual(first);
      expect(shown.mock.calls.join("")).toMatch(/IPv6, was made twice, by another run at the same time; releasing it/);
    } finally {
      shown.mockRestore();
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
    expect(ips()).toEqual(["v4", "v6"]);
    expect(world.calls(true).filter((call) => call.startsWith("ips allocate"))).toHaveLength(4);
  });

  test("an address whose creation failed afterwards is not created twice", async () => {
    world.faults({ calls: [{ match: "^ips allocate", action: "fail-after", message: "planted trouble: forbidden" }] });
    expect((await world.step("addresses", { inputs: { IPV4: "dedicated" } })).code).toBe(0);
    expect(ips()).toEqual(["v4", "v6"]);
  });
});

describe("certificate", () => {
  const inputs = { HOSTNAME: "chat.example.com" };

  test("is requested once, and returns the DNS records", async () => {
    await world.converge("addresses", { inputs: { IPV4: "shared" } });
    const first = await world.step("certificate", { inputs });
    expect(JSON.parse(first.stdout)).toEqual({
      status: expect.stringMatching(/^pending/),
      records: [
        {
          type: "CNAME",
          name: "chat.example.com",
          value: expect.stringMatching(/\.chat\.fly\.dev$/),
          purpose: "traffic",
        },
        {
          type: "CNAME",
          name: "_acme-challenge.chat.example.com",
          value: expect.stringMatching(/^chat\.example\.com\.\w+\.flydns\.net$/),
          purpose: "certificate",
        },
        {
          type: "TXT",
          name: "_fly-ownership.chat.example.com",
          value: expect.stringMatching(/^app-/),
          purpose: "ownership",
        },
      ],
    });
    expect(first.stderr).toMatch(/^ {2}TYPE {3}NAME +VALUE +FOR\n {2}CNAME {2}chat\.example\.com +\S+ +traffic\n/m);
    expect(first.stderr).toContain("`npm run ops -- drift --stack test`");
    expect((await world.step("certificate", { inputs })).stdout).toBe(first.stdout);
    expect(world.calls(true).filter((call) => call.startsWith("certs"))).toEqual(["certs add"]);
  });

  test("an apex domain gets the addresses", async () => {
    const { addresses } = (await world.converge("addresses", { inputs: { IPV4: "shared" } })) as {
      addresses: { address: string }[];
    };
    const { records } = (await world.converge("certificate", { inputs: { HOSTNAME: "example.co.uk" } })) as {
      records: { type: string; value: string; purpose: string }[];
    };
    expect(records.filter(({ purpose }) => purpose === "traffic").map(({ type, value }) => [type, value])).toEqual([
      ["A", addresses[0]!.address],
      ["AAAA", addresses[1]!.address],
    ]);
  });

  test("an issued certificate needs no table", async () => {
    await world.converge("certificate", { inputs });
    world.change(({ apps }) => (apps["chat"]!.certificates[0]!.configured = true));
    const { stdout, stderr } = await world.step("certificate", { inputs });
    expect([(JSON.parse(stdout) as { status: string }).status, stderr]).toEqual(["active", ""]);
  });

  test("a certificate whose creation failed afterwards, or whose query failed before, is adopted", async () => {
    world.faults({ calls: [{ match: "^certs add", action: "fail-after", message: "planted trouble: forbidden" }] });
    await world.converge("certificate", { inputs });
    world.faults({ calls: [{ match: "^certs check", nth: 1, action: "fail", message: "planted trouble: forbidden" }] });
    await world.converge("certificate", { inputs });
    expect(hosts()).toEqual(["chat.example.com"]);
  });

  test.each(["certs add", "certs check"])("%s fails, and the next run continues", async (match) => {
    world.faults({ calls: [{ match: `^${match}`, action: "fail", message: "planted trouble: forbidden" }] });
    const { code, stderr } = await world.step("certificate", { inputs });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`flyctl ${match}: failed with exit code 1`)]);
    world.faults({});
    await world.converge("certificate", { inputs });
    expect(hosts()).toEqual(["chat.example.com"]);
  });

  test("is deleted, with the command to restore it; a missing one, with its app or without, is fine", async () => {
    await world.converge("certificate", { inputs });
    const remove = () => world.step("certificate", { inputs, args: ["--delete"] });
    const { code, stderr } = await remove();
    expect([code, hosts()]).toEqual([0, []]);
    expect(stderr).toContain("`fly certs add chat.example.com --app chat`");
    expect((await remove()).code).toBe(0);
    await world.step("app", { args: ["--delete"] });
    expect((await remove()).code).toBe(0);
  });

  test("an unreadable certificate does not count as deleted", async () => {
    await world.converge("certificate", { inputs });
    world.faults({ calls: [{ match: "^certs (check|list)", action: "fail", message: "planted trouble: forbidden" }] });
    const { code, stderr } = await world.step("certificate", { inputs, args: ["--delete"] });
    expect([code, stderr]).toEqual([1, expect.stringContaining("planted trouble")]);
    expect(hosts()).toEqual(["chat.example.com"]);
  });
});
