import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCalls } from "flyctl-stand-in";
import { Fly } from "./fly.ts";

const redis = (app: string): string => `
app = "${app}"
primary_region = "ord"
[build]
  image = "redis:8"
[[mounts]]
  source = "data"
  destination = "/data"
  initial_size = "3gb"
  snapshot_retention = 14
[checks.redis]
  type = "tcp"
  port = 6379
`;

async function deployRedis(fly: Fly, app: string, flags: readonly string[] = []): Promise<string> {
  fly.write(`${app}.toml`, redis(app));
  return fly.ok(["deploy", "-a", app, "-c", `${app}.toml`, "--ha=false", ...flags]);
}

describe("an app without a service", () => {
  test("gets no address, and a volume of the size in the file, which later deployments keep", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "cache", "--org", "hotdash"]);
    expect(await deployRedis(fly, "cache")).toContain(
      "Creating a 3 GB volume named 'data' for process group 'app'. Use 'fly vol extend' to increase its size\n",
    );
    expect(await fly.json(["ips", "list", "-a", "cache"])).toEqual([]);
    const volumes = await fly.json<{ id: string }[]>(["volumes", "list", "-a", "cache"]);
    expect(volumes).toEqual([
      {
        id: expect.stringMatching(/^vol_/),
        name: "data",
        state: "created",
        size_gb: 3,
        region: "ord",
        zone: expect.any(String),
        encrypted: true,
        attached_machine_id: fly.machineIds("app", "cache")[0],
        attached_alloc_id: null,
        created_at: expect.any(String),
        host_dedication_id: "",
        snapshot_retention: 14,
        auto_backup_enabled: true,
        host_status: "ok",
      },
    ]);
    await deployRedis(fly, "cache", ["--image", "redis:9"]);
    expect(await fly.json(["volumes", "list", "-a", "cache"])).toEqual(volumes);
    expect(fly.state.apps.cache?.machines[0]?.config.mounts).toMatchObject([{ volume: volumes[0]?.id, path: "/data" }]);
    expect(await fly.json(["checks", "list", "-a", "cache"])).toEqual({
      [fly.machineIds("app", "cache")[0] ?? ""]: [
        { name: "redis", status: "passing", output: "Success", updated_at: expect.any(String) },
      ],
    });
  });

  test("creates no volume on a later deployment, which fails before it creates a release", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "cache", "--org", "hotdash"]);
    await deployRedis(fly, "cache");
    await fly.ok(["scale", "count", "app=0", "-a", "cache", "--yes"]);
    const [volume] = await fly.json<{ id: string }[]>(["volumes", "list", "-a", "cache"]);
    await fly.ok(["volumes", "destroy", volume?.id ?? "", "-a", "cache", "--yes"]);
    const { exitCode, stderr } = await fly.run(["deploy", "-a", "cache", "-c", "cache.toml"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("requires an unattached 'data' volume")]);
    expect(fly.state.apps.cache?.releases).toHaveLength(1);
  });

  test("keeps its volume if the file omits it, and an attached volume cannot be destroyed", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "cache", "--org", "hotdash"]);
    await deployRedis(fly, "cache");
    const [volume] = await fly.json<{ id: string }[]>(["volumes", "list", "-a", "cache"]);
    expect((await fly.run(["volumes", "destroy", volume?.id ?? "", "-a", "cache", "--yes"])).exitCode).toBe(1);
    fly.write("cache.toml", redis("cache").replace(/\[\[mounts\]\](?:\n {2}.*)+/, ""));
    const { exitCode, stderr } = await fly.run(["deploy", "-a", "cache", "-c", "cache.toml", "--yes"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("yes flag must be specified")]);
  });
});

describe("eight parallel calls", () => {
  test("from as many processes lose no write, for several apps or for one", async () => {
    const fly = new Fly({ startsProcesses: true });
    const names = Array.from({ length: 8 }, (_, index) => `app-${index}`);
    const all = (args: (name: string, index: number) => readonly string[], stdin = "") =>
      Promise.all(
        names.map((name, index) =>
          fly.ok(args(name, index), { stdin, env: { FLY_CONFIG_DIR: join(fly.folder, "fly", name) } }),
        ),
      );
    await all((name) => ["apps", "create", name, "--org", "hotdash"]);
    expect(Object.keys(fly.state.apps).sort()).toEqual(names);
    await all((name) => ["secrets", "import", "-a", name, "--stage"], "A=1\nB=2");
    await Promise.all(names.map((name) => deployRedis(fly, name)));
    const apps = Object.values(fly.state.apps);
    expect(
      apps.map(({ machines, volumes, releases }) => [machines, volumes, releases].map((each) => each.length)),
    ).toEqual(names.map(() => [1, 1, 1]));
    expect(apps.map(({ secretHistory }) => secretHistory.length)).toEqual(names.map(() => 2));
    await all((_, index) => ["secrets", "set", `S${index}=1`, "-a", "app-0", "--stage"]);
    const secrets = await fly.json<{ name: string }[]>(["secrets", "list", "-a", "app-0"]);
    expect(secrets.map(({ name }) => name)).toEqual(["A", "B", ...names.map((_, index) => `S${index}`)]);
    await all((_, index) => ["machine", "run", "nginx", "-a", "app-0", "--name", `m-${index}`]);
    expect(fly.state.apps["app-0"]?.machines).toHaveLength(9);
    const calls = readCalls(fly.folder);
    expect(calls.map(({ seq }) => seq)).toEqual(calls.map((_, index) => index + 1));
    expect(calls).toHaveLength(41);
  });
});
