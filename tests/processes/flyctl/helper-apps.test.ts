import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { quoted, renderLogShipperConfig } from "../../../components/fly/log-shipper/config.ts";
import { renderOwnRedisConfig } from "../../../components/fly/redis/own-redis-config.ts";
import { versions } from "../../../config/versions.ts";
import { addVolume, effectiveSecrets } from "flyctl-stand-in";
import { DriverWorld } from "./driver-world.ts";

/* Redis and the log shipper by the driver's steps in the order of their components: app, secrets, release, count. */

interface Helper {
  app: string;
  group: string;
  toml: string;
  secrets: Record<string, string>;
}

const redis = (memoryMb = 512, sizeGb = 1): Helper => ({
  app: "chat-redis",
  group: "redis",
  toml: renderOwnRedisConfig({ app: "chat-redis", region: "ord", image: versions.redisImage, memoryMb, sizeGb }),
  secrets: { REDIS_PASSWORD: "planted-redis-password" },
});
const shipper = (apps = ["chat", "chat-logs"]): Helper => ({
  app: "chat-logs",
  group: "shipper",
  toml: renderLogShipperConfig({
    app: "chat-logs",
    organization: "personal",
    region: "ord",
    image: versions.vectorImage,
    apps,
    lokiUrl: "https://logs-prod-006.grafana.net",
    lokiUsername: "123456",
  }),
  secrets: {
    FLY_LOGS_TOKEN: quoted("FlyV1 fm2_planted+token/=="),
    LOKI_PASSWORD: quoted('planted "loki" #1\\'),
  },
});

let world: DriverWorld;
beforeEach(() => (world = new DriverWorld()));
afterEach(() => world.dispose());

type Step = Awaited<ReturnType<DriverWorld["step"]>>;

/** Runs the steps in order, until one fails. */
async function up({ app, group, toml, secrets }: Helper): Promise<Step> {
  const steps: [name: string, inputs: Record<string, string>, secret: boolean][] = [
    ["app", {}, false],
    ["secrets", { SECRET_NAMES: Object.keys(secrets).sort().join("\n"), RETIRED_NAMES: "" }, true],
    [
      "deployment",
      {
        MACHINE_CONFIG: toml,
        SECRETS_FINGERPRINT: "0",
        MAINTENANCE: "",
        ORIGIN: "",
        RELEASE_TIMEOUT_MINUTES: "5",
        WAIT_TIMEOUT_MINUTES: "1",
      },
      true,
    ],
    ["scale", { COUNTS: `${group}=1`, WAIT_TIMEOUT_MINUTES: "1" }, false],
  ];
  let last: Step | undefined;
  for (const [name, inputs, secret] of steps) {
    last = await world.step(name, { inputs: { APP: app, ...inputs }, ...(secret && { secrets }) });
    if (last.code !== 0) break;
  }
  return last!;
}

const volumes = (): [name: string, sizeGb: number, attached: boolean][] =>
  world.state.apps["chat-redis"]!.volumes.map((volume) => [
    volume.name,
    volume.sizeGb,
    volume.attachedMachine !== null,
  ]);

function expectWhole({ app, group, secrets }: Helper): void {
  expect(world.machines(app)).toEqual([expect.stringMatching(`^${group} started`)]);
  expect(effectiveSecrets(world.state.apps[app]!)).toEqual(secrets);
  // These apps are not public.
  expect(world.state.apps[app]!.ips).toEqual([]);
  expect(world.evidence().text).not.toContain("planted");
}

describe.each([
  ["Redis", redis, ["apps create", "secrets import", "config validate", "deploy", "scale count"]],
  // The steps before are the same as Redis's.
  ["the log shipper", shipper, ["deploy"]],
])("%s", (_what, helper, tried) => {
  test("is the same after the first deployment and the second", async () => {
    expect(await up(helper())).toMatchObject({ code: 0 });
    expectWhole(helper());
    const [before] = world.state.apps[helper().app]!.machines;
    expect(await up(helper())).toMatchObject({ code: 0 });
    expectWhole(helper());
    expect(world.state.apps[helper().app]!.machines.map(({ id }) => id)).toEqual([before!.id]);
    expect(world.calls(true).filter((call) => call === "apps create")).toHaveLength(1);
  });

  const failures = tried.flatMap((command) => [[command, "fail"] as const, [command, "fail-after"] as const]);
  // An app whose creation failed afterwards is adopted by the same run.
  test.each(failures.filter((failure) => failure.join(" ") !== "apps create fail-after"))(
    "is deployed by the run after a failure of `%s` (%s)",
    async (command, action) => {
      world.faults({ calls: [{ match: `^${command}`, action, message: "Fly is out of order: forbidden" }] });
      const { code, stderr } = await up(helper());
      expect([code, stderr]).toEqual([1, expect.stringContaining("Fly is out of order")]);
      expect(stderr).not.toContain("planted");
      world.faults({});
      expect(await up(helper())).toMatchObject({ code: 0 });
      expectWhole(helper());
    },
  );

  test("that does not become healthy fails the deployment, and the next run fixes it", async () => {
    world.faults({ healthCheck: [helper().group] });
    const { code, stderr } = await up(helper());
    expect([code, stderr]).toEqual([1, expect.stringContaining("deployment: flyctl deploy failed")]);
    expect(stderr).not.toMatch(/planted/);
    world.faults({});
    expect(await up(helper())).toMatchObject({ code: 0 });
    expectWhole(helper());
  });
});

describe("Redis's volume", () => {
  test("is created with the machine, and is kept when the size of either changes", async () => {
    await up(redis());
    expect(volumes()).toEqual([["redis_data", 1, true]]);
    const [{ id } = { id: "" }] = world.state.apps["chat-redis"]!.volumes;
    expect(await up(redis(1024, 3))).toMatchObject({ code: 0 });
    expect(volumes()).toEqual([["redis_data", 1, true]]);
    const [machine] = world.state.apps["chat-redis"]!.machines;
    expect(machine!.config.guest).toMatchObject({ memory_mb: 1024 });
    expect(machine!.config.mounts).toMatchObject([{ volume: id, path: "/data" }]);
  });

  test("is reused if a first deployment failed after creating it", async () => {
    await world.converge("app", { inputs: { APP: "chat-redis" } });
    world.change((state) => addVolume(state.apps["chat-redis"]!, "redis_data", "ord", 2));
    expect(await up(redis())).toMatchObject({ code: 0 });
    expect(volumes()).toEqual([["redis_data", 2, true]]);
  });
});
