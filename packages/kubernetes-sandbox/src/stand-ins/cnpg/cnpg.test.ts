import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { archiveProblems } from "./archives.ts";
import { certificateObjects } from "./certificates.ts";
import type { ClusterSpec, PostgresCluster } from "./cluster-spec.ts";
import { clusterStatus } from "./cluster.ts";
import { applyDatabase, hasExtension } from "./database.ts";
import { missingForCluster } from "./missing.ts";
import { clusterObjects, instanceObjects } from "./objects.ts";
import { clusterRefusals, credentialRefusals, scheduleRefusal } from "./refusals.ts";
import { base64, worldOf } from "../test-objects.ts";

const clusterOf = (spec: ClusterSpec): PostgresCluster => ({
  apiVersion: "postgresql.cnpg.io/v1",
  kind: "Cluster",
  metadata: { name: "db", namespace: "ns", uid: "u" },
  spec,
});

describe("archiveProblems", () => {
  const plugin = (serverName?: string) => ({
    name: "barman-cloud.cloudnative-pg.io",
    parameters: { barmanObjectName: "store", ...(serverName === undefined ? {} : { serverName }) },
  });
  const living = ["Cluster", "old", { spec: { plugins: [plugin()] } }] as const;
  const backup = (phase: string) =>
    ["Backup", `backup-${phase}`, { spec: { cluster: { name: "old" } }, status: { phase } }] as const;
  const recovering = (writes: string | undefined, reads: string): ClusterSpec => ({
    bootstrap: { recovery: { source: "origin" } },
    externalClusters: [{ name: "origin", plugin: plugin(reads) }],
    ...(writes === undefined ? {} : { plugins: [plugin(writes)] }),
  });
  test.each<[string, ClusterSpec, Parameters<typeof worldOf>[0], string[]]>([
    ["one with its own folder", { plugins: [plugin()] }, [living], []],
    ["one that archives nothing", {}, [living], []],
    ["another cluster's folder", { plugins: [plugin("old")] }, [living], ["Expected empty archive"]],
    ["the folder that it reads", recovering("lost", "lost"), [], ["Expected empty archive"]],
    ["a recovery from a deleted cluster", recovering("new", "lost"), [], []],
    ["a recovery before the first backup", recovering(undefined, "old"), [living], ["no target backup found"]],
    ["one after a failed backup", recovering(undefined, "old"), [living, backup("failed")], ["no target backup found"]],
    ["one after a backup", recovering(undefined, "old"), [living, backup("completed")], []],
  ])("%s", (_, spec, objects, wanted) => {
    const problems = archiveProblems(clusterOf(spec), worldOf(objects));
    expect(problems.map((problem) => wanted.find((text) => problem.includes(text)) ?? problem)).toEqual(wanted);
  });
});

describe("clusterRefusals", () => {
  const storage = { size: "10Gi" };
  test.each<[string, ClusterSpec, object, string | undefined]>([
    [
      "a valid one",
      { instances: 2, storage, postgresql: { synchronous: { number: 1 } } },
      { storage: "10Gi" },
      undefined,
    ],
    [
      "as many synchronous as instances",
      { instances: 2, storage, postgresql: { synchronous: { number: 2 } } },
      {},
      "must be less than the number of instances (2)",
    ],
    ["one instance by default", { storage, postgresql: { synchronous: { number: 1 } } }, {}, "(1)"],
    [
      "less storage",
      { storage: { size: "9.5Gi" } },
      { storage: "10Gi" },
      "can't shrink existing storage from 10Gi to 9.5Gi",
    ],
    ["less storage for logs", { storage, walStorage: { size: "1Gi" } }, { walStorage: "2Gi" }, "spec.walStorage.size"],
    ["no storage", {}, {}, "size not configured"],
    [
      "an unknown source",
      { storage, bootstrap: { recovery: { source: "old" } } },
      {},
      "external cluster old not found",
    ],
  ])("%s", (_, spec, present, wanted) => {
    const refusals = clusterRefusals(spec, present);
    if (wanted === undefined) expect(refusals).toEqual([]);
    else expect(refusals.join()).toContain(wanted);
  });
  test("rejects credentials of two clouds", () => {
    expect(credentialRefusals({ s3Credentials: {} })).toEqual([]);
    expect(credentialRefusals({ s3Credentials: {}, azureCredentials: {} })).toHaveLength(1);
  });
  test.each([
    ["0 0 3 * * *", true],
    ["@daily", true],
    ["0 3 * * *", false],
    ["0 0 3 * * * *", false],
    ["a; b c d e f", false],
  ])("schedule %s: %s", (schedule, good) => expect(scheduleRefusal(schedule) === undefined).toBe(good));
});

describe("missingForCluster", () => {
  const spec: ClusterSpec = {
    bootstrap: { initdb: { owner: "app", secret: { name: "user" } } },
    storage: { size: "1Gi", storageClass: "local" },
    plugins: [{ name: "barman-cloud.cloudnative-pg.io", parameters: { barmanObjectName: "store" } }],
  };
  test("reports every missing object", () => {
    expect(missingForCluster(clusterOf(spec), worldOf([]))).toEqual([
      'secret "user" not found',
      'objectstore "store" not found',
      'storageclass "local" not found',
    ]);
  });
  test("checks keys, including those of a store's secret", () => {
    const s3Credentials = { accessKeyId: { name: "keys", key: "ID" }, inheritFromIAMRole: false };
    const world = worldOf([
      ["Secret", "user", base64({ username: "other" })],
      ["Secret", "keys", base64({ no: "x" })],
      ["ObjectStore", "store", { spec: { configuration: { s3Credentials } } }],
      ["StorageClass", "local", { metadata: { namespace: undefined } }],
    ]);
    expect(missingForCluster(clusterOf(spec), world)).toEqual([
      'secret "user" has no key password',
      'secret "user": username other is not the owner app',
      'secret "keys" has no key ID',
    ]);
  });
  test("ignores other plugins", () => {
    expect(missingForCluster(clusterOf({ plugins: [{ name: "x.example" }] }), worldOf([]))).toEqual([
      'plugin "x.example" not found',
    ]);
  });
});

describe("the objects of a cluster", () => {
  const names = (made: ReturnType<typeof clusterObjects>) =>
    made.map(({ kind, object }) => `${kind}/${object.metadata.name}`);
  test("creates an app secret only if none is configured", () => {
    expect(names(clusterObjects(clusterOf({})))).toContain("Secret/db-app");
    expect(names(clusterObjects(clusterOf({ bootstrap: { initdb: { secret: { name: "own" } } } })))).not.toContain(
      "Secret/db-app",
    );
  });
  test("creates certificates once, for the names of its services", async () => {
    const made = await certificateObjects(clusterOf({}), worldOf([]));
    expect(names(made)).toEqual(["Secret/db-server", "Secret/db-replication", "Secret/db-ca"]);
    const textOf = (index: number, key: string) =>
      (made[index]!.object as unknown as { stringData: Record<string, string> }).stringData[key]!;
    const [server, authority] = [new X509Certificate(textOf(0, "tls.crt")), new X509Certificate(textOf(2, "ca.crt"))];
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.checkHost("db-rw.ns.svc")).toBe("db-rw.ns.svc");
    expect(server.checkHost("other-rw.ns.svc")).toBeUndefined();
    expect(await certificateObjects(clusterOf({}), worldOf([["Secret", "db-ca"]]))).toEqual([]);
  });
  test("has a claim and a pod per instance", () => {
    const made = instanceObjects(clusterOf({ instances: 2, walStorage: { size: "1Gi" } }));
    const claim = "PersistentVolumeClaim";
    expect(names(made)).toEqual([
      `${claim}/db-1`,
      `${claim}/db-1-wal`,
      "Pod/db-1",
      `${claim}/db-2`,
      `${claim}/db-2-wal`,
      "Pod/db-2",
    ]);
  });
  test("is healthy only when all instances are ready and there are no problems", () => {
    const pod = { metadata: { name: "db-1" }, status: { conditions: [{ type: "Ready", status: "True" }] } };
    const status = (instances: number, problems: string[]) =>
      clusterStatus(clusterOf({ instances }), [pod], problems, "now");
    expect(status(1, [])).toMatchObject({ phase: "Cluster in healthy state", readyInstances: 1 });
    expect(status(2, [])).toMatchObject({ phase: "Setting up primary", conditions: [{ status: "False" }] });
    expect(status(1, ["no secret"])).toMatchObject({ conditions: [{ status: "False", message: "no secret" }] });
  });
});

describe("databases", () => {
  const image = (variant: string) => `registry.example/postgresql:17.2-${variant}-trixie@sha256:abc`;
  test.each([
    [image("standard"), "vector", true],
    [image("minimal"), "vector", false],
    [image("minimal"), "pg_trgm", true],
    [image("standard"), "postgis", false],
  ])("%s has %s: %s", (name, extension, wanted) => expect(hasExtension(name, extension)).toBe(wanted));
  test("wait for their cluster", () => {
    const database = {
      metadata: { name: "d", namespace: "ns" },
      spec: { cluster: { name: "db" }, extensions: [{ name: "vector" }] },
    };
    const apply = (phase?: string) =>
      applyDatabase(
        database,
        worldOf(phase ? [["Cluster", "db", { spec: { imageName: image("standard") }, status: { phase } }]] : []),
      );
    expect(apply()).toMatchObject({ applied: false, message: 'cluster "db" not found' });
    expect(apply("Setting up primary").applied).toBe(false);
    expect(apply("Cluster in healthy state")).toMatchObject({
      applied: true,
      extensions: [{ name: "vector", applied: true }],
    });
  });
});

test("the pods of instances have the cluster's placement, resources and metadata", () => {
  const terms = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }] };
  const spec = {
    instances: 2,
    resources: { limits: { cpu: "1" } },
    priorityClassName: "high",
    imagePullSecrets: [{ name: "ghcr" }],
    inheritedMetadata: { labels: { team: "a" }, annotations: { note: "b" } },
    affinity: {
      podAntiAffinityType: "required",
      nodeSelector: { pool: "db" },
      tolerations: [{ operator: "Exists" }],
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
      additionalPodAntiAffinity: terms,
    },
  };
  const pod = instanceObjects(clusterOf(spec)).find(({ kind }) => kind === "Pod")!.object;
  expect(pod.metadata).toMatchObject({ labels: { team: "a", "cnpg.io/cluster": "db" }, annotations: { note: "b" } });
  expect(pod.spec).toMatchObject({
    nodeSelector: { pool: "db" },
    tolerations: [{ operator: "Exists" }],
    priorityClassName: "high",
    imagePullSecrets: [{ name: "ghcr" }],
  });
  expect(pod.spec.containers[0].resources).toEqual({ limits: { cpu: "1" } });
  const { nodeAffinity, podAntiAffinity } = pod.spec.affinity;
  expect(nodeAffinity).toEqual(spec.affinity.nodeAffinity);
  const keys = podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.map(
    (term: { topologyKey: string }) => term.topologyKey,
  );
  expect(keys).toEqual(["zone", "kubernetes.io/hostname"]);
});
