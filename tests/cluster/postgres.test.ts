import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "kubernetes-sandbox/client";
import { isTrue, openTestCluster, type TestCluster } from "./support.ts";

let ns: string;
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster({ storageClasses: [{ name: "local" }] });
  ns = await cluster.namespace("data");
});
afterAll(() => cluster?.dispose());

const spec = {
  instances: 2,
  imageName: "ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie",
  storage: { size: "2Gi", storageClass: "local" },
  bootstrap: { initdb: { database: "app", owner: "app", secret: { name: "db-user" } } },
  plugins: [{ name: "barman-cloud.cloudnative-pg.io", isWALArchiver: true, parameters: { barmanObjectName: "store" } }],
};
const store = {
  configuration: {
    destinationPath: "s3://bucket/path",
    s3Credentials: { accessKeyId: { name: "keys", key: "ID" }, secretAccessKey: { name: "keys", key: "SECRET" } },
  },
};
const isNotReady = (text: string) => (object: KubeObject) =>
  ((object.status?.conditions ?? []) as { type: string; status: string; message: string }[]).some(
    (condition) => condition.type === "Ready" && condition.status === "False" && condition.message.includes(text),
  );

describe("a Cluster of CloudNativePG", () => {
  test("is rejected for each missing object in turn, and becomes ready once all exist", async () => {
    await cluster.create("Cluster", ns, "db", { spec });
    const refused = (text: string) => cluster.until("Cluster", ns, "db", isNotReady(text));
    await refused('secret "db-user" not found');
    await cluster.create("Secret", ns, "db-user", { stringData: { username: "someone", password: "p" } });
    await refused("username someone is not the owner app");
    await cluster.client.patch(`/api/v1/namespaces/${ns}/secrets/db-user`, { stringData: { username: "app" } });
    await refused('objectstore "store" not found');
    await cluster.create("ObjectStore", ns, "store", { spec: store });
    await refused('secret "keys" not found');
    await cluster.create("Secret", ns, "keys", { stringData: { ID: "x" } });
    await refused('secret "keys" has no key SECRET');
    expect(await cluster.list("Pod", ns)).toEqual([]);

    await cluster.client.patch(`/api/v1/namespaces/${ns}/secrets/keys`, { stringData: { SECRET: "y" } });
    const ready = await cluster.until("Cluster", ns, "db", isTrue("Ready"));
    expect(ready.status).toMatchObject({
      phase: "Cluster in healthy state",
      readyInstances: 2,
      currentPrimary: "db-1",
    });
    const pods = (await cluster.list("Pod", ns)).map((pod) => [pod.metadata.name, pod.metadata.labels!.role]);
    expect(pods).toEqual([
      ["db-1", "primary"],
      ["db-2", "replica"],
    ]);
    // The configured secret is used, so no other secret may exist.
    await expect(cluster.get("Secret", ns, "db-app")).rejects.toThrow("not found");
  });

  test("grows its storage, and rejects a smaller size", async () => {
    const resize = (size: string) =>
      cluster.client.patch(`/apis/postgresql.cnpg.io/v1/namespaces/${ns}/clusters/db`, { spec: { storage: { size } } });
    await resize("1Gi");
    await cluster.until("Cluster", ns, "db", isNotReady("can't shrink existing storage from 2Gi to 1Gi"));
    await resize("3Gi");
    await cluster.until("Cluster", ns, "db", isTrue("Ready"));
    await cluster.until("PersistentVolumeClaim", ns, "db-1", (claim) => claim.status.capacity?.storage === "3Gi");
  });

  test("applies a Database, but not one with an extension that the image lacks", async () => {
    const database = (name: string) => ({
      spec: { name: "app", owner: "app", cluster: { name: "db" }, extensions: [{ name }] },
    });
    await cluster.create("Database", ns, "good", database("vector"));
    await cluster.create("Database", ns, "bad", database("postgis"));
    await cluster.until("Database", ns, "good", (it) => it.status?.applied === true);
    const bad = await cluster.until("Database", ns, "bad", (it) => it.status?.applied === false && it.status.message);
    expect(bad.status.message).toContain('"postgis" is not available');
  });

  test("takes an immediate backup for a schedule of six fields, and none for five fields", async () => {
    const scheduled = (schedule: string) => ({
      spec: {
        schedule,
        immediate: true,
        cluster: { name: "db" },
        method: "plugin",
        pluginConfiguration: { name: "barman-cloud.cloudnative-pg.io" },
      },
    });
    await cluster.create("ScheduledBackup", ns, "five", scheduled("0 3 * * *"));
    await cluster.create("ScheduledBackup", ns, "six", scheduled("0 0 3 * * *"));
    await cluster.until("Backup", ns, "six-first", (it) => it.status?.phase === "completed");
    await expect(cluster.get("Backup", ns, "five-first")).rejects.toThrow("not found");
  });
});
