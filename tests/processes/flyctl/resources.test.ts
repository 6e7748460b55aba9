import { describe, expect, test } from "vitest";
import { readMachineStarts } from "flyctl-stand-in";
import { Fly, twoGroups } from "./fly.ts";

describe("apps", () => {
  test("are created, listed and destroyed", async () => {
    const fly = new Fly();
    expect(await fly.ok(["apps", "create", "chat", "--org", "hotdash"])).toBe("New app created: chat\n");
    expect(await fly.json(["status", "-a", "chat"])).toMatchObject({
      Name: "chat",
      Deployed: false,
      Status: "pending",
      Hostname: "chat.fly.dev",
      Organization: { Slug: "hotdash" },
      Machines: [],
    });
    expect(await fly.json<object[]>(["apps", "list", "--org", "hotdash"])).toMatchObject([{ Name: "chat" }]);
    expect(await fly.json(["apps", "list", "--org", "personal"])).toEqual([]);
    expect(await fly.ok(["apps", "destroy", "chat", "--yes"])).toBe("Destroyed app chat\n");
    expect((await fly.run(["status", "-a", "chat", "--json"])).exitCode).toBe(1);
  });

  test("come with the organizations in a file", async () => {
    const fly = new Fly();
    fly.write("orgs.json", '["personal","acme"]');
    await fly.ok(["apps", "create", "chat", "--org", "acme"]);
    expect((await fly.run(["apps", "create", "x", "--org", "hotdash"])).exitCode).toBe(1);
  });
});

describe("redis", () => {
  const create = ["redis", "create", "--name", "r", "--org", "hotdash", "--region", "ord", "--no-replicas"];
  const every = [...create, "--disable-eviction", "--enable-prodpack=false"];

  test("is created once, and its address is printed in a table", async () => {
    const fly = new Fly();
    const url = /rediss?:\/\/\S+/.exec(await fly.ok(every))?.[0];
    const status = await fly.ok(["redis", "status", "r"]);
    expect(status).toContain("│");
    expect(/^ Private URL +│ (\S+)/m.exec(status)?.[1]).toBe(url);
    expect(status).toMatch(/^ Eviction +│ Disabled/m);
    expect((await fly.run(every)).stderr).toBe("Error: input: Validation failed: Name has already been taken\n");
    expect(await fly.ok(["redis", "list", "--org", "hotdash"])).toContain("Pay-as-you-go");
    await fly.ok(["redis", "destroy", "r", "--yes"]);
    expect((await fly.run(["redis", "destroy", "r", "--yes"])).exitCode).toBe(1);
  });

  test("accepts a fixed plan if every flag is set", async () => {
    const fly = new Fly();
    await fly.ok([...every, "--plan", "Fixed 250MB", "--enable-auto-upgrade=false"]);
    expect(fly.state.redis.r).toMatchObject({ plan: "Fixed 250MB", autoUpgrade: false });
    expect(await fly.ok(["redis", "plans"])).toContain("Fixed 250MB");
  });
});

describe("certificates", () => {
  test("are added once; their DNS records contain addresses only if the app has some", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const added = await fly.json(["certs", "add", "chat.example.com", "-a", "chat"]);
    expect(added).toMatchObject({
      hostname: "chat.example.com",
      configured: false,
      dns_requirements: { a: [], aaaa: [] },
    });
    const again = await fly.run(["certs", "create", "chat.example.com", "-a", "chat"]);
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      expect.stringContaining("Hostname already exists on app (Request ID: "),
    ]);
    await fly.ok(["ips", "allocate-v4", "--shared", "-a", "chat"]);
    await fly.ok(["ips", "allocate-v6", "-a", "chat"]);
    const ips = await fly.json<{ Address: string; Type: string }[]>(["ips", "list", "-a", "chat"]);
    expect(ips.map((ip) => ip.Type)).toEqual(["shared_v4", "v6"]);
    expect(await fly.json(["certs", "check", "chat.example.com", "-a", "chat"])).toMatchObject({
      dns_requirements: { a: [ips[0]?.Address], aaaa: [ips[1]?.Address], cname: expect.stringContaining("fly.dev") },
    });
    expect(await fly.json(["certs", "list", "-a", "chat"])).toHaveLength(1);
    await fly.ok(["certs", "remove", "chat.example.com", "-a", "chat", "--yes"]);
    expect(await fly.json(["certs", "list", "-a", "chat"])).toEqual([]);
    await fly.ok(["ips", "release", ips[0]?.Address ?? "", "-a", "chat"]);
    expect(await fly.json(["ips", "list", "-a", "chat"])).toHaveLength(1);
  });
});

describe("the DNS of a certificate", () => {
  test("is pending until a test marks the host name as pointing at the app", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    await fly.ok(["ips", "allocate-v6", "-a", "chat"]);
    await fly.ok(["certs", "add", "chat.example.com", "-a", "chat"]);
    await fly.ok(["certs", "add", "other.example.com", "-a", "chat"]);
    const check = (host: string) => fly.json(["certs", "check", host, "-a", "chat"]);
    expect(await check("chat.example.com")).toMatchObject({
      configured: false,
      status: "pending_validation",
      certificates: [{ source: "fly", status: "pending_validation", issued: [] }],
      validation: { dns_configured: false },
    });
    fly.write("dns.json", '["chat.example.com"]');
    expect(await check("chat.example.com")).toMatchObject({
      configured: true,
      status: "active",
      certificates: [
        { status: "active", expires_at: expect.any(String), issued: [{ certificate_authority: "lets_encrypt" }] },
      ],
      validation: { dns_configured: true },
    });
    expect(await check("other.example.com")).toMatchObject({ configured: false });
    expect(await fly.json(["certs", "list", "-a", "chat"])).toMatchObject([
      { hostname: "chat.example.com", configured: true, status: "active", has_fly_certificate: true },
      { hostname: "other.example.com", configured: false, status: "pending_validation" },
    ]);
    expect(await fly.ok(["certs", "check", "chat.example.com", "-a", "chat"])).toContain("verified and active");
  });
});

describe("addresses", () => {
  test("are listed with flyctl's keys; a network only for a private one", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    expect((await fly.run(["ips", "allocate-v4", "-a", "chat"])).stderr).toContain("yes flag must be specified");
    await fly.ok(["ips", "allocate-v4", "--yes", "-a", "chat"]);
    expect(await fly.ok(["ips", "allocate-v4", "--shared", "-a", "chat"])).toMatch(/v4 +│ [\d.]+ +│ shared │ global/);
    await fly.ok(["ips", "allocate-v6", "--private", "-a", "chat"]);
    const ips = await fly.json<Record<string, unknown>[]>(["ips", "list", "-a", "chat"]);
    expect(ips.map(({ Type }) => Type)).toEqual(["v4", "shared_v4", "private_v6"]);
    expect(ips[0]).toEqual({
      ID: expect.stringMatching(/^ip_/),
      Address: expect.any(String),
      Type: "v4",
      Region: "global",
      CreatedAt: expect.any(String),
      ServiceName: "",
      Network: null,
    });
    expect(ips[2]?.Network).toEqual({ Name: "", Organization: { Slug: "hotdash" } });
    expect((await fly.run(["ips", "release", "nonsense", "-a", "chat"])).stderr).toBe(
      "Error: Invalid IP address: 'nonsense'\n",
    );
  });
});

describe("storage and volumes", () => {
  test("restarts the machines of a deployed app with the keys of its new bucket, as a release", async () => {
    const fly = new Fly();
    await fly.deployed();
    await fly.ok(["storage", "create", "-n", "files", "-a", "chat", "--yes"]);
    const starts = readMachineStarts(fly.folder).slice(-2);
    expect(starts.map(({ env, release }) => [env.BUCKET_NAME, release])).toEqual([
      ["files", 2],
      ["files", 2],
    ]);
  });

  test("lists buckets of apps and of organizations only as a table", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const none = await fly.run(["storage", "status", "-a", "chat"]);
    expect([none.exitCode, none.stderr]).toEqual([
      1,
      "Error: No project found. Provision one with 'flyctl ext tigris create'.\n",
    ]);
    expect((await fly.run(["storage", "status"])).stderr).toContain("pass a name as the first argument");
    await fly.ok(["storage", "create", "-n", "files", "-a", "chat", "--yes"]);
    const printed = await fly.ok(["storage", "create", "-n", "loose", "--org", "personal", "--yes"]);
    expect(printed).toContain("Set the following secrets on your target app.\nAWS_ACCESS_KEY_ID: ");
    expect(await fly.ok(["storage", "status", "-a", "chat"])).toMatch(/Name +│ files/);
    expect(await fly.ok(["storage", "status", "loose"])).toMatch(/Public +│ False/);
    expect(await fly.ok(["storage", "list", "--org", "hotdash"])).toMatch(/ files │ hotdash/);
    expect(await fly.ok(["storage", "list"])).toMatch(/ loose +│ personal/);
    expect((await fly.run(["storage", "list", "--json"])).stderr).toContain("unknown flag: --json");
  });

  test("prints the keys but sets none of them if the app has one of the names", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    await fly.ok(["secrets", "set", "AWS_REGION=mine", "--stage", "-a", "chat"]);
    const printed = await fly.ok(["storage", "create", "-a", "chat", "--yes"]);
    expect(printed).toContain("Secrets [AWS_REGION] already exist on app chat. They won't be set automatically.\n");
    expect(printed).toMatch(/BUCKET_NAME: sandbox-bucket-\w+/);
    expect(await fly.json<object[]>(["secrets", "list", "-a", "chat"])).toHaveLength(1);
  });

  test("gives an app one bucket and its secrets", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const printed = await fly.ok(["storage", "create", "-n", "files", "-a", "chat", "--yes"]);
    expect(printed).toContain("AWS_SECRET_ACCESS_KEY: ");
    const names = (await fly.json<{ name: string }[]>(["secrets", "list", "-a", "chat"])).map(({ name }) => name);
    expect(names).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_ENDPOINT_URL_S3",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "BUCKET_NAME",
    ]);
    expect((await fly.run(["storage", "create", "-n", "more", "-a", "chat", "--yes"])).stderr).toContain(
      "already exists for app",
    );
    await fly.ok(["storage", "destroy", "files", "--yes"]);
    expect(fly.state.buckets).toEqual({});
  });

  test("creates volumes", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    await fly.ok(["volumes", "create", "data", "-a", "chat", "-r", "ord", "-s", "3", "-n", "2", "--yes"]);
    const volumes = await fly.json<object[]>(["volumes", "list", "-a", "chat"]);
    expect(volumes).toMatchObject([{ name: "data", size_gb: 3, region: "ord" }, { name: "data" }]);
  });
});

describe("the config file", () => {
  test("is validated without any state", async () => {
    const fly = new Fly();
    fly.write("fly.toml", twoGroups);
    expect(await fly.ok(["config", "validate", "--strict"])).toContain("Configuration is valid");
    fly.write("fly.toml", `${twoGroups}\n[deploy]\nstrategy = "careful"`);
    const wrong = await fly.run(["config", "validate"]);
    expect([wrong.exitCode, wrong.stderr]).toEqual([1, "Error: App configuration is not valid\n"]);
    fly.write("fly.toml", `${twoGroups}\n[deploy]\nreleasecommand = "x"`);
    expect((await fly.run(["config", "validate"])).exitCode).toBe(0);
    const strict = await fly.run(["config", "validate", "-s"]);
    expect(strict.stdout).toContain("  - deploy.releasecommand");
    expect(strict.stderr).toBe("Error: strict validation failed\n");
    fly.write("fly.toml", "app = ");
    expect((await fly.run(["config", "validate"])).stderr).toContain("failed loading app config from fly.toml: row 1");
  });

  test("may be JSON, and is shown as JSON from the last release", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const config = { build: { image: "nginx" }, deploy: { wait_timeout: "10m" } };
    fly.write("fly.json", JSON.stringify(config));
    await fly.ok(["deploy", "-a", "chat", "-c", "fly.json", "--ha=false"]);
    const shown = JSON.parse(await fly.ok(["config", "show", "-a", "chat"])) as object;
    expect(shown).toMatchObject({ app: "chat", build: { image: "nginx" }, deploy: { wait_timeout: "10m0s" } });
  });
});
