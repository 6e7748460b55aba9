import { describe, expect, test } from "vitest";
import { stringify } from "smol-toml";
import { compareApp } from "./app.ts";
import type { ActualApp, Machine } from "./actual.ts";
import { differs } from "./comparison.ts";
import { expectedApps } from "./expected.ts";
import { formatDrift } from "./report.ts";
import { digest, flyToml, stepsOf, urnOf, wholeApp, type StepFacts } from "../../tests/helpers/deployed-stack.ts";

const now = new Date("2026-11-21T12:00:00Z");

function machine(id: string, group: string, change: Partial<Machine> = {}): Machine {
  return {
    id,
    state: "started",
    region: "ord",
    image_ref: { registry: "mirror.example", repository: "chatwoot/chatwoot", tag: "v4.16.2", digest },
    config: {
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 1024 },
      metadata: { fly_process_group: group },
    },
    checks: [{ name: "health", status: "passing" }],
    ...change,
  };
}

/** Fly after the deployment, with the defaults that it adds to fly.toml. */
const asDeployed = (): ActualApp => ({
  organization: { Slug: "hotdash" },
  machines: [machine("w1", "web"), machine("k1", "worker"), machine("k2", "worker")],
  secrets: [
    { name: "REDIS_URL", digest: "aaaa", status: "Deployed" },
    { name: "SECRET_KEY_BASE", digest: "bbbb", status: "Deployed" },
  ],
  config: {
    ...structuredClone(flyToml),
    kill_timeout: "1m0s",
    build: { image: "other" },
    http_service: { ...flyToml.http_service, auto_stop_machines: false, force_https: false, min_machines_running: 0 },
    checks: { worker: { processes: ["worker"], port: 7433, interval: "30s", grace_period: "1s" } },
    vm: [...flyToml.vm].reverse().map((vm) => ({ ...vm, memory: "1gb", cpu_kind: "shared" })),
    mounts: [],
    metrics: [],
  },
  release: { Version: 3, Status: "complete" },
});

function drift(change: (actual: ActualApp) => void, steps: Record<string, StepFacts> = wholeApp): string[][] {
  const actual = asDeployed();
  change(actual);
  const [expected] = expectedApps(stepsOf(steps));
  return compareApp("staging", expected!, actual, now)
    .filter(differs)
    .map(({ what, expected, actual, fix }) => [what, expected, actual, fix]);
}

const replace = (...names: string[]): string =>
  ["pulumi up --stack staging", ...names.map((name) => `--replace '${urnOf(name)}'`)].join(" ");

test("finds no differences after a deployment, regardless of Fly's formatting", () => {
  expect(drift(() => {})).toEqual([]);
});

describe("manual changes", () => {
  test.each<[string, (actual: ActualApp) => void, string[][]]>([
    [
      "one extra machine",
      ({ machines }) => machines.push(machine("w2", "web")),
      [["web machines", "1 started", "2 started", replace("scale")]],
    ],
    [
      "one missing machine",
      ({ machines }) => machines.pop(),
      [["worker machines", "2 started", "1 started", replace("scale")]],
    ],
    [
      "a missing group",
      (actual) => (actual.machines = actual.machines.slice(0, 1)),
      [["worker machines", "2 started", "none", replace("deployment", "scale")]],
    ],
    [
      "a group that was not deployed",
      ({ machines }) => machines.push(machine("c1", "console")),
      [["console machines", "none", "1 started", "fly machine destroy c1 --force --app chat"]],
    ],
    [
      "an unfinished maintenance window",
      ({ machines }) => machines.forEach((each) => Object.assign(each, { state: "stopped", cordoned: true })),
      [
        [
          "web machines",
          "1 started",
          "1 stopped without traffic",
          "fly machine uncordon w1 --app chat && fly machine start w1 --app chat",
        ],
        [
          "worker machines",
          "2 started",
          "2 stopped without traffic",
          "fly machine uncordon k1 k2 --app chat && fly machine start k1 k2 --app chat",
        ],
      ],
    ],
    [
      "memory",
      ({ machines }) => (machines[1]!.config.guest!.memory_mb = 512),
      [["worker size", "shared-cpu-1x 1024 MB", "shared-cpu-1x 1024 MB, shared-cpu-1x 512 MB", replace("deployment")]],
    ],
    [
      "another region",
      ({ machines }) => machines.slice(1).forEach((each) => (each.region = "fra")),
      [
        [
          "worker region",
          "ord",
          "fra",
          "fly scale count worker=2 --region ord --app chat --yes && fly scale count worker=0 --region fra --app chat --yes",
        ],
      ],
    ],
    [
      "size",
      ({ machines }) => (machines[0]!.config.guest = { cpu_kind: "performance", cpus: 2, memory_mb: 1024 }),
      [["web size", "shared-cpu-1x 1024 MB", "performance-2x 1024 MB", replace("deployment")]],
    ],
    [
      "another image, by another deployment",
      (actual) => {
        actual.machines[0]!.image_ref = {
          repository: "chatwoot/chatwoot",
          tag: "v4.17.0",
          digest: "sha256:0123456789abcdef",
        };
        actual.release = { Version: 4, Status: "failed" };
      },
      [
        ["release", "v3 complete", "v4 failed", replace("deployment")],
        [
          "web image",
          "chatwoot/chatwoot:v4.16.2@sha256:3238e99b3238",
          "chatwoot/chatwoot:v4.17.0@sha256:0123456789ab",
          replace("deployment"),
        ],
      ],
    ],
    [
      "a failing check",
      ({ machines }) => (machines[0]!.checks = [{ name: "health", status: "critical" }]),
      [["web checks", "passing", "health critical on w1", "npm run ops -- logs --stack staging --group web"]],
    ],
    [
      "a changed secret",
      ({ secrets }) => (secrets![0]!.digest = "cccc"),
      [["secret REDIS_URL", "aaaa", "cccc", replace("secrets", "deployment")]],
    ],
    [
      "a missing secret",
      ({ secrets }) => secrets!.pop(),
      [["secret SECRET_KEY_BASE", "bbbb", "not set", replace("secrets", "deployment")]],
    ],
    [
      "an unknown secret that no machine has",
      ({ secrets }) => secrets!.push({ name: "FOO", digest: "dddd", status: "Staged" }),
      [
        ["secret FOO", "not set", "set", `fly secrets unset FOO --app chat --stage && ${replace("deployment")}`],
        ["secrets", "on every machine", "not on every machine: FOO", replace("deployment")],
      ],
    ],
    [
      "settings: one changed in a list, one added, one removed",
      ({ config }) => {
        const { env, vm, http_service: service } = config as unknown as typeof flyToml;
        Object.assign(env, { LIMIT: "1m0s", DEBUG: "1" });
        vm[0]!.memory = "2gb";
        delete (service as Partial<typeof service>).internal_port;
      },
      [
        ["config env.LIMIT", "60s", "1m0s", replace("deployment")],
        ["config env.DEBUG", "not set", "1", replace("deployment")],
        ["config http_service.internal_port", "3000", "not set", replace("deployment")],
        ["config vm[worker].memory", "1024 MB", "2048 MB", replace("deployment")],
      ],
    ],
    [
      "a long file, changed at its end",
      ({ config }) => ((config as unknown as typeof flyToml).files[0]!.raw_value += "puts 2"),
      [
        [
          "config files[/app/bootstrap.rb].raw_value",
          expect.any(String),
          expect.any(String),
          replace("deployment"),
        ] as string[],
      ],
    ],
    [
      "the organization",
      (actual) => (actual.organization = { Slug: "other" }),
      [["app", "in hotdash", "in other", "fly apps move chat --org hotdash --yes"]],
    ],
  ])("%s", (_, change, expected) => {
    expect(drift(change)).toEqual(expected);
  });
});

test("a deleted app: reports only that, and recreates it with its dependents", () => {
  const [expected] = expectedApps(stepsOf(wholeApp));
  expect(compareApp("staging", expected!, undefined)).toEqual([
    {
      app: "chat",
      what: "app",
      expected: "in hotdash",
      actual: "gone",
      fix: `pulumi state delete '${urnOf("app", "App")}' --force --target-dependents --yes --stack staging && pulumi up --stack staging`,
    },
  ]);
});

test.each([
  ["a release without a digest", `registry-1.example/chatwoot/chatwoot:v4.16.2`, digest, []],
  ["a machine without a digest", `mirror.example/chatwoot/chatwoot:v4.16.2@${digest}`, null, []],
  ["another tag", `registry-1.example/chatwoot/chatwoot:v4.16.1`, digest, ["web image", "worker image"]],
  [
    "another digest of the tag",
    `chatwoot/chatwoot:v4.16.2@sha256:${"0".repeat(64)}`,
    digest,
    ["web image", "worker image"],
  ],
])("compares repository and tag unless both have a digest: %s", (_, image, found, rows) => {
  const deployment = { inputs: wholeApp["deployment"]!.inputs, stdout: { release: 3, image } };
  const change = ({ machines }: ActualApp) => machines.forEach((each) => (each.image_ref.digest = found));
  expect(drift(change, { ...wholeApp, deployment }).map(([what]) => what)).toEqual(rows);
});

test("skips parts without a step", () => {
  const { app } = wholeApp;
  expect(
    drift(
      ({ machines, secrets }) => {
        machines.pop();
        secrets!.pop();
      },
      { app: app! },
    ),
  ).toEqual([]);
});

test("without a digest in the state, checks only that a secret exists", () => {
  const { secrets, ...others } = wholeApp;
  const steps = { ...others, secrets: { ...secrets!, stdout: { staged: [] } } };
  expect(drift(({ secrets }) => (secrets![0]!.digest = "cccc"), steps)).toEqual([]);
  expect(drift(({ secrets }) => secrets!.shift(), steps).map(([what]) => what)).toEqual(["secret REDIS_URL"]);
});

test("the mark of the root keys is set again by name, and no machine needs it", () => {
  const mark = "CHATWOOT_ROOT_KEYS_0A";
  const secrets = { ...wholeApp["secrets"]!, stdout: { digests: { REDIS_URL: "aaaa" }, rootKeys: mark } };
  const steps = { ...wholeApp, secrets };
  const add = (actual: ActualApp) => actual.secrets!.push({ name: mark, digest: "e", status: "Staged" });
  expect(drift(add, steps)).toEqual([]);
  expect(drift(() => {}, steps)).toEqual([
    [`secret ${mark}`, "set", "not set", `fly secrets set ${mark}=1 --app chat --stage`],
  ]);
});

test("reports missing secrets of a bucket", () => {
  const steps = { ...wholeApp, bucket: { inputs: { APP: "chat" }, deletes: true } };
  const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3", "BUCKET_NAME"];
  const add = (actual: ActualApp) => actual.secrets!.push(...names.map((name) => ({ name, digest: "e" })));
  expect(drift(add, steps)).toEqual([]);
  expect(drift(add).map(([what]) => what)).toEqual(names.map((name) => `secret ${name}`));
  expect(drift(() => {}, steps)[0]).toEqual([
    "secret AWS_ACCESS_KEY_ID",
    "set",
    "not set",
    `pulumi state delete '${urnOf("bucket")}' --force --target-dependents --yes --stack staging && pulumi up --stack staging`,
  ]);
});

describe("certificates and addresses", () => {
  const steps = {
    ...wholeApp,
    certificate: { inputs: { APP: "chat", HOSTNAME: "chat.example" }, deletes: true },
    addresses: {
      inputs: { APP: "chat", IPV4: "shared" },
      stdout: {
        addresses: [
          { type: "v6", address: "2a09::1" },
          { type: "shared_v4", address: "66.241.0.1" },
          { type: "v4", address: "1.2.3.4" },
        ],
      },
    },
  };
  const issued = (expires: string) => ({
    hostname: "chat.example",
    status: "active",
    certificates: [{ expires_at: expires }],
  });
  const published = (actual: ActualApp) => {
    actual.certificates = [issued("2026-11-21T12:00:01Z")];
    actual.addresses = [
      { Address: "2a09::1", Type: "v6" },
      { Address: "66.241.0.1", Type: "shared_v4" },
    ];
  };
  const again = `pulumi state delete '${urnOf("certificate")}' --force --target-dependents --yes --stack staging && pulumi up --stack staging`;
  const look = "fly certs check chat.example --app chat # set the DNS records that it prints";
  test.each<[string, (actual: ActualApp) => void, string[][]]>([
    ["exist; an address that is no longer configured is ignored", () => {}, []],
    [
      "a deleted certificate",
      (actual) => (actual.certificates = []),
      [["certificate chat.example", "active", "missing", again]],
    ],
    [
      "an expired certificate",
      (actual) => (actual.certificates = [issued("2026-11-21T12:00:00Z")]),
      [["certificate chat.example", "active", "expired on 2026-11-21", look]],
    ],
    [
      "a certificate that was never issued",
      (actual) => (actual.certificates = [{ hostname: "chat.example", status: "pending_ownership" }]),
      [["certificate chat.example", "active", "pending_ownership", look]],
    ],
    [
      "a released address",
      (actual) => actual.addresses!.pop(),
      [["address shared_v4", "66.241.0.1", "released", replace("addresses")]],
    ],
  ])("%s", (_, change, expected) => {
    expect(
      drift((actual) => {
        published(actual);
        change(actual);
      }, steps),
    ).toEqual(expected);
  });
});

test("a scheduled machine: compared without its state", () => {
  const steps: Record<string, StepFacts> = {
    app: { inputs: { APP: "chat" } },
    backup: {
      inputs: { APP: "chat", SCHEDULE: "weekly", MEMORY_MB: "512", IMAGE: "chatwoot/chatwoot:v4.16.2" },
      stdout: { machine: "b1", dumps: true },
    },
  };
  const job = (memory: number) =>
    machine("b1", "", {
      state: "stopped",
      config: { guest: { cpu_kind: "shared", cpus: 1, memory_mb: memory }, schedule: "weekly" },
    });
  expect(drift((actual) => (actual.machines = [job(512)]), steps)).toEqual([]);
  const expected = "weekly, 512 MB, chatwoot/chatwoot:v4.16.2";
  expect(drift((actual) => (actual.machines = [job(256)]), steps)).toEqual([
    [
      "machine b1",
      expected,
      "weekly, 256 MB, chatwoot/chatwoot:v4.16.2",
      `fly machine destroy b1 --force --app chat && ${replace("backup")}`,
    ],
  ]);
  expect(drift((actual) => (actual.machines = []), steps)).toEqual([
    ["machine b1", expected, "gone", replace("backup")],
  ]);
});

test("a state without counts: one machine per group", () => {
  const { scale: _, ...steps } = wholeApp;
  expect(drift(({ machines }) => machines.pop(), steps)).toEqual([]);
  expect(drift(() => {}, steps).map(([what, expected]) => [what, expected])).toEqual([
    ["worker machines", "1 started"],
  ]);
});

test("prints an aligned table, and each fix once", () => {
  const rows = compareApp(
    "staging",
    expectedApps(
      stepsOf({ ...wholeApp, deployment: { inputs: { APP: "chat", MACHINE_CONFIG: stringify(flyToml) } } }),
    )[0]!,
    { ...asDeployed(), machines: [machine("w1", "web"), machine("w2", "web")] },
    now,
  );
  expect(formatDrift("staging", rows)).toMatchInlineSnapshot(`
    "app   what             expected   actual     fix
    chat  web machines     1 started  2 started  1
    chat  worker machines  2 started  none       2

    1: pulumi up --stack staging --replace 'urn:pulumi:staging::chatwoot::chatwoot:fly:Part$command:local:Command::scale'
    2: pulumi up --stack staging --replace 'urn:pulumi:staging::chatwoot::chatwoot:fly:Part$command:local:Command::deployment' --replace 'urn:pulumi:staging::chatwoot::chatwoot:fly:Part$command:local:Command::scale'

    staging: 30 values compared, 2 differ."
  `);
});
