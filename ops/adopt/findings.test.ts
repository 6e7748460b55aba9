import { describe, expect, test } from "vitest";
import { changedPaths } from "./changes.ts";
import { judgeAdoption } from "./findings.ts";
import { resourceOf, type KubernetesObject } from "./objects.ts";
import { formatAdoption } from "./report.ts";

type Parts = Record<string, unknown>;
const object = (apiVersion: string, kind: string, name: string, parts: Parts = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "chatwoot" },
  ...parts,
});
const claim = (storageClassName: string, name = "chatwoot-storage") =>
  object("v1", "PersistentVolumeClaim", name, { spec: { storageClassName, accessModes: ["ReadWriteMany"] } });
const cluster = (spec: Parts) => object("postgresql.cnpg.io/v1", "Cluster", "chatwoot-db", { spec });
const image = "ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie@sha256:91e0de66";
const initdb = { database: "chatwoot", owner: "chatwoot" };
const deployment = (name: string, labels: Parts, volumes: Parts[] = []) =>
  object("apps/v1", "Deployment", name, {
    spec: { selector: { matchLabels: labels }, template: { spec: { volumes } } },
  });

const judge = (planned: KubernetesObject[], live: KubernetesObject[], keepsSecrets = true) =>
  judgeAdoption({ stack: "prod", planned, live, keepsSecrets });
const obstacles = (...args: Parameters<typeof judge>) =>
  judge(...args).obstacles.map(({ what, command }) => `${what}. ${command}`);

describe("obstacles", () => {
  const service = (clusterIP?: string) => object("v1", "Service", "chatwoot-redis", { spec: { clusterIP } });
  const secret = (type?: string) => object("v1", "Secret", "chatwoot-db-app", type === undefined ? {} : { type });
  const ingress = (name: string, host: string) =>
    object("networking.k8s.io/v1", "Ingress", name, { spec: { rules: [{ host }] } });
  const mounts = [{ name: "data", persistentVolumeClaim: { claimName: "chatwoot-redis" } }];
  const cases: [what: string, planned: KubernetesObject[], live: KubernetesObject[], expected: RegExp | undefined][] = [
    ["a claim of the same class", [claim("longhorn")], [claim("longhorn")], undefined],
    [
      "a claim of another class",
      [claim("longhorn")],
      [claim("nfs")],
      /PersistentVolumeClaim chatwoot-storage has a different spec\.storageClassName.*stack file.*storageClassName nfs$/,
    ],
    ["a service with an address", [service()], [service("10.0.0.1")], undefined],
    [
      "a service with an address instead of None",
      [service("None")],
      [service("10.0.0.1")],
      /kubectl --namespace chatwoot delete service chatwoot-redis$/,
    ],
    [
      "a workload with other labels",
      [deployment("oauth2-proxy-chatwoot", { a: "b" })],
      [deployment("oauth2-proxy-chatwoot", { app: "proxy" })],
      /different spec\.selector.*delete deployment oauth2-proxy-chatwoot$/,
    ],
    ["a Secret of the default type", [secret()], [secret("Opaque")], undefined],
    [
      "a Secret of another type",
      [secret("kubernetes.io/basic-auth")],
      [secret("Opaque")],
      /different type.*delete secret/,
    ],
    [
      "another workload with the same volume",
      [claim("longhorn", "chatwoot-redis")],
      [claim("longhorn", "chatwoot-redis"), deployment("redis", {}, mounts)],
      /Deployment redis writes to the claim chatwoot-redis.*delete deployment redis$/,
    ],
    ["another workload without it", [claim("longhorn", "chatwoot-redis")], [deployment("other", {})], undefined],
    [
      "another ingress for the host",
      [ingress("chatwoot", "chat.newjoy.ro")],
      [ingress("chat", "chat.newjoy.ro"), ingress("wiki", "wiki.newjoy.ro")],
      /Ingress chat routes chat\.newjoy\.ro away.*delete ingress chat$/,
    ],
    [
      "the same PostgreSQL",
      [cluster({ imageName: image })],
      [cluster({ imageName: "ghcr.io/cloudnative-pg/postgresql:17.2", bootstrap: { initdb } })],
      undefined,
    ],
    [
      "an older PostgreSQL",
      [cluster({ imageName: image })],
      [cluster({ imageName: "ghcr.io/cloudnative-pg/postgresql:16.4-1", bootstrap: { initdb } })],
      /is PostgreSQL 16.*offline to 17.*postgres\.image: ghcr\.io\/cloudnative-pg\/postgresql:16\.4-1$/,
    ],
    [
      "a database with the operator's default name",
      [cluster({ imageName: image })],
      [cluster({ imageName: image })],
      /named app and its owner app/,
    ],
    [
      "a smaller volume",
      [cluster({ imageName: image, storage: { size: "20Gi" } })],
      [cluster({ imageName: image, storage: { size: "1Ti" }, bootstrap: { initdb } })],
      /have 1024 GiB.*postgres\.sizeGi: 1024$/,
    ],
  ];
  test.each(cases)("%s", (_, planned, live, expected) => {
    expect(obstacles(planned, live)).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
  });

  test("a running Chatwoot until its keys are kept, also one of this program", () => {
    const web = deployment("chatwoot-web", { app: "chatwoot" });
    const ours = { ...web, metadata: { ...web.metadata, managedFields: [{ manager: "chatwoot" }] } };
    for (const live of [web, ours])
      expect(obstacles([web], [live], false)).toEqual([
        expect.stringMatching(
          /replace Chatwoot's SECRET_KEY_BASE.*exec deploy\/chatwoot-web .* chatwoot:keptSecrets --stack prod$/,
        ),
      ]);
    expect(obstacles([web], [web], true)).toEqual([]);
    expect(obstacles([web], [], false)).toEqual([]);
  });
});

test("a preparation of a lost state is an obstacle, also one of this program", () => {
  const job = object("batch/v1", "Job", "chatwoot-prepare-e4601889");
  const ours = { ...job, metadata: { ...job.metadata, managedFields: [{ manager: "chatwoot" }] } };
  expect(obstacles([], [ours, object("batch/v1", "Job", "other")])).toEqual([
    expect.stringMatching(
      /e4601889 is completed and belongs to an earlier state.*delete job chatwoot-prepare-e4601889$/,
    ),
  ]);
});

describe("changes", () => {
  test("cover only paths that the program sets", () => {
    const wanted = cluster({ instances: 2, storage: { size: "20Gi" }, list: [{ a: 1 }], plugins: [1] });
    const live = cluster({
      instances: 1,
      storage: { size: "20Gi", more: 1 },
      list: [{ a: "1", b: 2 }],
      plugins: [1, 2],
    });
    expect(changedPaths(wanted, live)).toEqual(["spec.instances", "spec.plugins"]);
  });

  test("of a Secret are its missing keys", () => {
    const live = object("v1", "Secret", "a", { data: { A: "cGxhbnRlZA==" } });
    expect(changedPaths(object("v1", "Secret", "a", { stringData: { A: "planted", B: "planted" } }), live)).toEqual([
      "data.B",
    ]);
  });

  test("are listed once per object, with the counts of new and managed objects", () => {
    const ours = claim("longhorn", "ours");
    const live = [
      { ...ours, metadata: { ...ours.metadata, managedFields: [{ manager: "chatwoot" }] } },
      claim("longhorn"),
    ];
    const adoption = judge([ours, claim("longhorn"), claim("longhorn", "new")], live);
    expect(formatAdoption("prod", adoption)).toBe(
      [
        "~ PersistentVolumeClaim chatwoot-storage",
        "prod, objects: 1 adopted in place, 1 already managed, 1 new. Nothing blocks the adoption.",
        "Adopt them:",
        "  PULUMI_K8S_ENABLE_PATCH_FORCE=true pulumi up --stack prod",
      ].join("\n"),
    );
  });
});

test("kinds have kubectl's names", () => {
  expect(resourceOf({ apiVersion: "v1", kind: "Secret" })).toBe("secret");
  expect(resourceOf({ apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster" })).toBe("cluster.v1.postgresql.cnpg.io");
});
