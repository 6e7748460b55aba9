import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secretsFingerprint } from "../../../lib/fingerprint.ts";
import { differs } from "../comparison.ts";
import { compareCluster, type Live } from "./compare.ts";
import { comparedFields, pairShown, shortPath } from "./fields.ts";
import { healthOf, lastBackup } from "./health.ts";
import { recordedObjects, type Fields, type RecordedObject } from "./recorded.ts";

const now = new Date("2026-11-21T12:00:00Z");
const sealed = { [specialSigKey]: specialSecretSig, ciphertext: "v1:x" };
const differing = (expected: Fields, actual: Fields, skip?: string[]): string[] =>
  comparedFields(expected, actual, skip)
    .filter(([, one, two]) => one !== two)
    .map(([path, one, two]) => `${path}: ${one} -> ${two}`);

describe("fields", () => {
  test.each<[what: string, expected: Fields, actual: Fields]>([
    ["a default of the API server", { spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: { phase: "Bound" } }],
    ["empty values", { spec: { a: {}, b: [], c: "", d: false, e: 0, f: null } }, { spec: {} }],
    [
      "another notation of a quantity",
      { spec: { memory: "1024Mi", cpu: "1000m" } },
      { spec: { memory: "1Gi", cpu: "1" } },
    ],
    ["a secret", { stringData: sealed, data: { a: sealed } }, { data: { a: "eA==" } }],
    ["Pulumi's annotations", { metadata: { annotations: { "pulumi.com/skipAwait": "true" } } }, { metadata: {} }],
    ["the order of named entries", { env: [{ name: "A" }, { name: "B" }] }, { env: [{ name: "B" }, { name: "A" }] }],
  ])("%s is no difference", (_, expected, actual) => expect(differing(expected, actual)).toEqual([]));

  test.each<[what: string, expected: Fields, actual: Fields, found: string[]]>([
    ["a value", { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, ["spec.replicas: 2 -> 3"]],
    ["a boolean", { spec: { suspend: false } }, { spec: { suspend: true } }, ["spec.suspend: not set -> true"]],
    ["a text that looks like a quantity", { spec: { a: "1k" } }, { spec: { a: "2k" } }, ["spec.a: 1k -> 2k"]],
    ["a removed field", { metadata: { labels: { a: "b" } } }, { metadata: {} }, ["metadata.labels.a: b -> not set"]],
    [
      "an added variable",
      { env: [{ name: "A", value: "1" }] },
      {
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "planted" },
        ],
      },
      ["env[B]: not set -> set"],
    ],
    ["a removed variable", { env: [{ name: "A", value: "1" }] }, { env: [] }, ["env[A]: set -> not set"]],
    ["an added entry in a ConfigMap", { data: { a: "1" } }, { data: { a: "1", b: "2" } }, ["data.b: not set -> 2"]],
    [
      "an added rule",
      { spec: { ingress: [{ ports: [{ port: 80 }] }] } },
      { spec: { ingress: [{ ports: [{ port: 80 }] }, {}] } },
      ["spec.ingress[1]: not set -> set"],
    ],
    ["the arguments of a command", { command: ["a", "b"] }, { command: ["a", "c"] }, ["command: a, b -> a, c"]],
  ])("%s is a difference", (_, expected, actual, found) => expect(differing(expected, actual)).toEqual(found));

  test("skipped paths", () => {
    expect(differing({ spec: { replicas: 2, a: 1 } }, { spec: { replicas: 9, a: 1 } }, ["spec.replicas"])).toEqual([]);
  });

  test("an object equals itself, and one changed leaf is one difference", () => {
    const leaf = fc.oneof(fc.string({ minLength: 1 }), fc.integer({ min: 1 }));
    const fields = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.oneof(leaf, fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), leaf)),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(fields, (object) => {
        expect(differing({ spec: object }, structuredClone({ spec: object }))).toEqual([]);
        const changed = { spec: { ...object, planted: "one" } };
        expect(differing(changed, { spec: { ...object, planted: "two" } })).toEqual(["spec.planted: one -> two"]);
      }),
    );
  });

  test("long values are shortened but distinguishable; secrets are not shown", () => {
    const long = "x".repeat(100);
    const [, one, two] = pairShown(["a", `${long}1`, `${long}22`]);
    expect(one).not.toBe(two);
    expect(differing({ a: "1" }, { a: "password=planted-by-hand" })).toEqual(["a: 1 -> password=[secret]"]);
    expect(shortPath("spec.template.spec.containers[chatwoot-web].image")).toBe("chatwoot-web image");
    expect(shortPath("spec.jobTemplate.spec.template.spec.containers[drill].env[A].value")).toBe("drill env[A].value");
    expect(shortPath("metadata.labels.a")).toBe("labels.a");
  });
});

describe("health", () => {
  const object = (kind: string, spec: Fields, status: Fields): Fields => ({ kind, spec, status });
  const is = (type: string, status = "True", reason = "") => ({ conditions: [{ type, status, reason }] });
  test.each<[what: string, object: Fields, found: string[]]>([
    ["a Deployment", object("Deployment", { replicas: 2 }, { readyReplicas: 1 }), ["pods: 2 ready -> 1 ready"]],
    ["a Deployment during a rollout", object("Deployment", { replicas: 2 }, { readyReplicas: 3 }), []],
    ["a StatefulSet", object("StatefulSet", { replicas: 1 }, {}), ["pods: 1 ready -> 0 ready"]],
    ["a failed Job", object("Job", {}, is("Failed")), ["state: complete -> failed"]],
    ["a running Job", object("Job", {}, {}), ["state: complete -> running"]],
    ["a finished Job", object("Job", {}, is("Complete")), []],
    ["a suspended CronJob", object("CronJob", { suspend: true }, {}), ["state: runs -> suspended"]],
    ["a claim", object("PersistentVolumeClaim", {}, { phase: "Lost" }), ["phase: Bound -> Lost"]],
    [
      "a database",
      object("Cluster", { instances: 2 }, { readyInstances: 1, phase: "Failing over", ...is("Ready", "False") }),
      ["instances: 2 ready -> 1 ready", "health: ready -> Failing over"],
    ],
    [
      "a database that cannot archive WAL",
      object(
        "Cluster",
        { instances: 1 },
        {
          readyInstances: 1,
          conditions: [
            { type: "Ready", status: "True" },
            { type: "ContinuousArchiving", status: "False" },
          ],
        },
      ),
      ["WAL archiving: works -> fails"],
    ],
    [
      "a certificate that is not issued",
      object("Certificate", {}, is("Ready", "False", "DoesNotExist")),
      ["certificate: valid -> not ready: DoesNotExist"],
    ],
    [
      "a certificate that expires",
      object("Certificate", {}, { ...is("Ready"), notAfter: "2026-11-30T00:00:00Z" }),
      ["certificate: valid -> expires on 2026-11-30"],
    ],
    ["a valid certificate", object("Certificate", {}, { ...is("Ready"), notAfter: "2027-01-30T00:00:00Z" }), []],
    ["another kind", object("Service", {}, {}), []],
  ])("%s", (_, found, rows) =>
    expect(
      healthOf(found, now)
        .filter(([, expected, actual]) => expected !== actual)
        .map(([what, expected, actual]) => `${what}: ${expected} -> ${actual}`),
    ).toEqual(rows),
  );

  const schedule = (created: string): Fields => ({
    metadata: { creationTimestamp: created },
    spec: { schedule: "0 0 3 * * *", cluster: { name: "chatwoot-db" } },
  });
  const backup = (stoppedAt: string, phase = "completed", name = "chatwoot-db"): Fields => ({
    spec: { cluster: { name } },
    status: { phase, stoppedAt },
  });
  const old = "2026-01-01T00:00:00Z";
  test.each<[what: string, backups: Fields[], created: string, actual: string]>([
    ["last night's", [backup("2026-11-21T03:10:00Z"), backup(old)], old, "less than 30 h old"],
    ["last week's", [backup("2026-11-14T12:00:00Z")], old, "168 h old"],
    ["none", [], old, "none"],
    ["none", [], "2026-11-21T11:00:00Z", "less than 30 h old"],
    ["a failed one", [backup("2026-11-21T03:10:00Z", "failed")], old, "none"],
    ["another cluster's", [backup("2026-11-21T03:10:00Z", "completed", "other")], old, "none"],
  ])("the last backup: %s", (_, backups, created, actual) =>
    expect(lastBackup(schedule(created), backups, now)).toEqual(["last backup", "less than 30 h old", actual]),
  );
});

describe("a stack", () => {
  const secrets = { SECRET_KEY_BASE: "planted-key", POSTGRES_PASSWORD: "planted-password" };
  const base64 = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString("base64")]));
  const resource = (kind: string, name: string, spec: Fields, more: Fields = {}) => ({
    urn: name,
    type: `kubernetes:x:${kind}`,
    inputs: { apiVersion: "v1", kind, metadata: { name, namespace: "chatwoot", ...more }, spec },
  });
  const web = resource("Deployment", "chatwoot-web", { replicas: 2 });
  const environment = resource("Secret", "chatwoot-secrets", {});
  const copyName = `chatwoot-secrets-${secretsFingerprint("planted-key", secrets).slice(0, 10)}`;
  const { inputs } = resource("Secret", copyName, {});
  const copy = { urn: copyName, type: "kubernetes:core/v1:Secret", inputs: { ...inputs, immutable: true } };
  const live = (recorded: readonly RecordedObject[], changes: Partial<Live> = {}): Live => ({
    objects: recorded.map(({ kind, fields }) => ({
      ...structuredClone(fields),
      ...(kind === "Secret" && { data: base64(secrets) }),
      ...(kind === "Deployment" && { status: { readyReplicas: 2 } }),
    })),
    backups: [],
    certificates: new Map(),
    issuesCertificates: true,
    ...changes,
  });
  const rows = (recorded: readonly RecordedObject[], found: Live) =>
    compareCluster("prod", recorded, found, now)
      .filter(differs)
      .map(({ app, what, actual }) => `${app}, ${what}: ${actual}`);

  test("reads the objects of the state without charts and providers", () => {
    const others = [
      { urn: "p", type: "pulumi:providers:kubernetes", inputs: {} },
      {
        urn: "c",
        type: "kubernetes:helm.sh/v4:Chart",
        inputs: { kind: "x", apiVersion: "y", metadata: { name: "z" } },
      },
      { urn: "r", type: "random:index/randomPassword:RandomPassword", inputs: {} },
    ];
    expect(recordedObjects([...others, web]).map(({ name }) => name)).toEqual(["chatwoot-web"]);
  });

  test("as deployed has no difference and prints no secret", () => {
    const recorded = recordedObjects([web, environment, copy]);
    expect(rows(recorded, live(recorded))).toEqual([]);
    expect(JSON.stringify(compareCluster("prod", recorded, live(recorded), now))).not.toContain("planted");
  });

  test.each<[what: string, values: Record<string, string>]>([
    ["changed", { ...secrets, POSTGRES_PASSWORD: "planted-other" }],
    ["removed", { SECRET_KEY_BASE: "planted-key" }],
  ])("finds a value of the environment's Secret, or of its copy, that was %s, without printing it", (_, values) => {
    const recorded = recordedObjects([web, environment, copy]);
    for (const index of [1, 2]) {
      const found = live(recorded);
      (found.objects[index] as Fields)["data"] = base64(values);
      const all = compareCluster("prod", recorded, found, now).filter(differs);
      expect(all.map(({ app, what }) => `${app} ${what}`)).toEqual([`Secret ${recorded[index]?.name} checksum`]);
      expect(JSON.stringify(all)).not.toContain("planted");
    }
  });

  test("prints the command that removes what was added, which `up` leaves", () => {
    const container = (env: object[]) => ({ template: { spec: { containers: [{ name: "web", env }] } } });
    const [a, b, c] = ["A", "B", "C"].map((name) => ({ name, value: "1" })) as [object, object, object];
    const map = {
      urn: "m",
      type: "kubernetes:core/v1:ConfigMap",
      inputs: { ...resource("ConfigMap", "m", {}).inputs, data: { one: "1" } },
    };
    const recorded = recordedObjects([resource("Deployment", "web", container([a])), map, environment, copy]);
    const found = live(recorded);
    (found.objects[0] as Fields)["spec"] = container([b, a, c]);
    (found.objects[1] as Fields)["data"] = { one: "1", "a/b.rb": "2" };
    (found.objects[2] as Fields)["data"] = base64({ ...secrets, EXTRA: "planted-extra" });
    const all = compareCluster("prod", recorded, found, now).filter(differs);
    const env = "/spec/template/spec/containers/0/env";
    const operations = [
      { op: "test", path: `${env}/2/name`, value: "C" },
      { op: "remove", path: `${env}/2` },
      { op: "test", path: `${env}/0/name`, value: "B" },
      { op: "remove", path: `${env}/0` },
    ];
    const patch = (what: string, json: object[]) =>
      `kubectl -n chatwoot patch ${what} --type=json -p '${JSON.stringify(json)}'`;
    const pods = patch("deployment web", operations);
    expect(all.map(({ app, what, fix }) => [app, what, fix])).toEqual([
      ["Deployment web", "web env[B]", pods],
      ["Deployment web", "web env[C]", pods],
      ["ConfigMap m", "data.a/b.rb", patch("configmap m", [{ op: "remove", path: "/data/a~1b.rb" }])],
      ["Secret chatwoot-secrets", "EXTRA", patch("secret chatwoot-secrets", [{ op: "remove", path: "/data/EXTRA" }])],
    ]);
    expect(JSON.stringify(all)).not.toContain("planted");
  });

  test("ignores the number of pods under an autoscaler", () => {
    const scaler = resource("HorizontalPodAutoscaler", "web", {
      scaleTargetRef: { kind: "Deployment", name: "chatwoot-web" },
    });
    const scaled = (resources: Parameters<typeof recordedObjects>[0]) => {
      const recorded = recordedObjects(resources);
      const found = live(recorded);
      Object.assign((found.objects[0] as { spec: Fields }).spec, { replicas: 4 });
      (found.objects[0] as Fields)["status"] = { readyReplicas: 4 };
      return rows(recorded, found);
    };
    expect(scaled([web, environment])).toEqual(["Deployment chatwoot-web, replicas: 4"]);
    expect(scaled([web, environment, scaler])).toEqual([]);
    const keda = resource("ScaledObject", "web", { scaleTargetRef: { name: "chatwoot-web" } });
    expect(scaled([web, environment, keda])).toEqual([]);
  });

  test("reports a deleted object once, and to inspect one with data first", () => {
    const claim = { ...resource("PersistentVolumeClaim", "chatwoot-redis", {}), protect: true };
    const recorded = recordedObjects([web, claim]);
    const all = compareCluster("prod", recorded, live(recorded, { objects: [undefined, undefined] }), now);
    expect(all.filter(differs).map(({ app, actual, fix }) => [app, actual, fix])).toEqual([
      ["Deployment chatwoot-web", "gone", "pulumi preview --refresh --stack prod && pulumi up --refresh --stack prod"],
      ["PersistentVolumeClaim chatwoot-redis", "gone", expect.stringMatching(/^holds data: inspect it first/)],
    ]);
  });

  test("expects the certificate of an Ingress if cert-manager issues any", () => {
    const ingress = resource(
      "Ingress",
      "chatwoot",
      { tls: [{ secretName: "chatwoot-tls" }] },
      { annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" } },
    );
    const recorded = recordedObjects([ingress]);
    expect(rows(recorded, live(recorded))).toEqual(["Certificate chatwoot-tls, certificate: missing"]);
    expect(rows(recorded, live(recorded, { issuesCertificates: false }))).toEqual([]);
    const ends = { status: { conditions: [{ type: "Ready", status: "True" }], notAfter: "2026-11-22T00:00:00Z" } };
    expect(rows(recorded, live(recorded, { certificates: new Map([["chatwoot-tls", ends]]) }))).toEqual([
      "Certificate chatwoot-tls, certificate: expires on 2026-11-22",
    ]);
  });
});
