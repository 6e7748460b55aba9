import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "kubernetes-sandbox/client";
import { rubyWithGems, startPostgres, type PostgresServer } from "../../sandbox/database/database.ts";
import { clusterSpec } from "../../components/kubernetes/postgres/cluster.ts";
import { cnpg as schema } from "../../config/schema/kubernetes/postgres.ts";
import { pathOf, postgresObjects } from "./postgres-objects.ts";
import { newFolder, openTestCluster, type TestCluster } from "./support.ts";
import { defaultPods } from "../helpers/default-pods.ts";

/*
 * The drill's script with the rights of its service account, against a real API server. A stand-in plays the restored
 * clusters; the restored database is a real PostgreSQL with the certificate of the played operator.
 */

const drill = "chatwoot-db-drill";
const folder = newFolder();
/** Files that the database's user reads. */
const served = newFolder();
let cluster: TestCluster;
let ns: string;
let objects: KubeObject[];
let database: PostgresServer;
let environment: Record<string, string>;

const textOf = ({ data }: KubeObject, key: string): string =>
  Buffer.from((data as Record<string, string>)[key]!, "base64").toString();
const found = (kind: string): KubeObject => objects.find((object) => object.kind === kind)!;

beforeAll(async () => {
  cluster = await openTestCluster({ storageClasses: [{ name: "local-ssd", accessModes: ["ReadWriteOnce"] }] });
  ns = await cluster.namespace("drill");
  objects = await postgresObjects(ns);
  database = await startPostgres();
  chmodSync(served, 0o755);
  environment = await containerEnvironment();
});
afterAll(async () => {
  await database?.stop();
  await cluster?.dispose();
  for (const made of [folder, served]) rmSync(made, { recursive: true, force: true });
});
afterEach(() => cluster.setFaults(ns, {}));

/** The script's environment in its container, except for the addresses: no DNS resolves service names here. */
async function containerEnvironment(): Promise<Record<string, string>> {
  const { ruby, binFolder } = await rubyWithGems();
  const password = objects.find(({ metadata }) => metadata.name === "chatwoot-db-app")!.stringData.password as string;
  await database.sql(`CREATE ROLE chatwoot LOGIN PASSWORD '${password}'`);
  const { server } = cluster.client.config.getCurrentCluster()!;
  const [container] = found("CronJob").spec.jobTemplate.spec.template.spec.containers;
  const given = (container.env as { name: string; value?: string }[]).filter(({ value }) => value !== undefined);
  return {
    ...Object.fromEntries(given.map(({ name, value }) => [name, value!])),
    HOME: folder,
    PATH: [database.binFolder, binFolder, "/usr/bin", "/bin"].join(":"),
    RUBY: ruby,
    PGPASSWORD: password,
    PGHOSTADDR: "127.0.0.1",
    PGPORT: String(database.port),
    KUBERNETES_SERVICE_HOST: new URL(server).hostname,
    KUBERNETES_SERVICE_PORT: new URL(server).port,
    DRILL_ACCOUNT_FOLDER: join(folder, "account"),
  };
}

async function writeContainerFiles(): Promise<void> {
  for (const [name, text] of Object.entries(found("ConfigMap").data as Record<string, string>))
    writeFileSync(join(folder, name), text);
  const account = found("ServiceAccount").metadata.name;
  const token = await cluster.client.request("POST", `/api/v1/namespaces/${ns}/serviceaccounts/${account}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  });
  mkdirSync(join(folder, "account"), { recursive: true });
  writeFileSync(join(folder, "account", "token"), token.status.token as string, { mode: 0o600 });
  const authority = cluster.client.config.getCurrentCluster()!.caData!;
  writeFileSync(join(folder, "account", "ca.crt"), Buffer.from(authority, "base64"));
}

interface DrillRun {
  exitCode: number | undefined;
  report: Record<string, unknown>;
  output: string;
}

async function runDrill(more: { env?: Record<string, string>; during?: (pid: number) => Promise<void> } = {}) {
  const process = execa(environment["RUBY"]!, [join(folder, "restore-drill.rb"), join(folder, "cluster.json")], {
    env: { ...environment, ...more.env },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: "ignore",
    timeout: 120_000,
  });
  await more.during?.(process.pid!);
  const { exitCode, stdout, all: output } = await process;
  expect(stdout.split("\n"), output).toHaveLength(1);
  // A password would end up in the cluster's logs.
  expect(output).not.toContain(environment["PGPASSWORD"]);
  return { exitCode, report: JSON.parse(stdout) as Record<string, unknown>, output } satisfies DrillRun;
}

const isMade = () => cluster.until("Cluster", ns, drill, ({ metadata }) => metadata.deletionTimestamp === undefined);
const expectRemoved = async (): Promise<void> => {
  await expect(cluster.get("Cluster", ns, drill)).rejects.toThrow("not found");
  const left = [...(await cluster.list("Pod", ns)), ...(await cluster.list("PersistentVolumeClaim", ns))];
  expect(left.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(drill))).toEqual([]);
};

/** The server of the restored database, by the certificate that its operator created. */
async function serveTls(): Promise<void> {
  const secret = await cluster.until("Secret", ns, `${drill}-server`, ({ data }) => data !== undefined);
  const file = (name: string): string => join(served, name);
  const owner = Number((await execa("id", ["-u", "nobody"])).stdout);
  for (const name of ["tls.crt", "tls.key"]) {
    rmSync(file(name), { force: true });
    writeFileSync(file(name), textOf(secret, name), { mode: 0o600 });
    if (process.getuid?.() === 0) chownSync(file(name), owner, owner);
  }
  for (const setting of [
    `ssl_cert_file = '${file("tls.crt")}'`,
    `ssl_key_file = '${file("tls.key")}'`,
    "ssl_min_protocol_version = 'TLSv1.3'",
    "ssl = on",
  ])
    await database.sql(`ALTER SYSTEM SET ${setting}`);
  await database.sql("SELECT pg_reload_conf()");
}

const fill = (messages: number): Promise<string> =>
  database.sql(`
    DROP TABLE IF EXISTS accounts, users, conversations, messages;
    CREATE TABLE accounts AS SELECT 1 AS id;
    CREATE TABLE users AS SELECT generate_series(1, 3) AS id;
    CREATE TABLE conversations AS SELECT generate_series(1, 5) AS id;
    CREATE TABLE messages AS SELECT generate_series(1, ${messages}) AS id, timestamp '2026-11-21 15:00:00' AS created_at;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO chatwoot;`);

test("all database objects pass strict validation, and the cluster is backed up", async () => {
  for (const object of objects)
    await cluster.client.request("POST", `${pathOf(object)}?fieldValidation=Strict`, object).catch((error: unknown) => {
      throw new Error(`${object.kind} ${object.metadata.name}: ${String(error)}`);
    });
  await cluster.until("Cluster", ns, "chatwoot-db", ({ status }) => status?.phase === "Cluster in healthy state");
  await cluster.until("Database", ns, "chatwoot-db", ({ status }) => status?.applied === true);
  await cluster.until("Backup", ns, "chatwoot-db-first", ({ status }) => status?.phase === "completed");
  await writeContainerFiles();
});

test("a cluster with a recovery target passes too", async () => {
  const backup = { destination: "s3://bucket/path", endpoint: "https://s3.eu-central-003.backblazeb2.com" };
  const recovery = { serverName: "chatwoot-db", targetTime: "2026-11-21T15:00:00Z" };
  const postgres = schema.parse({ name: "chatwoot-db-2", storageClass: "local-ssd", backup, recovery });
  const spec = clusterSpec(postgres, defaultPods, { credentials: "chatwoot-db-app", objectStore: "chatwoot-db" });
  const object = { ...found("Cluster"), metadata: { name: postgres.name, namespace: ns }, spec };
  const strictly = `${pathOf(object)}?dryRun=All&fieldValidation=Strict`;
  await cluster.client.request("POST", strictly, object);
  const misspelt = { ...object, spec: { ...spec, recoveryTarget: {} } };
  await expect(cluster.client.request("POST", strictly, misspelt)).rejects.toThrow("unknown field");
});

test("the drill's pod passes the level `restricted`", async () => {
  const { template } = found("CronJob").spec.jobTemplate.spec;
  const strict = await cluster.namespace("drill-strict", { "pod-security.kubernetes.io/enforce": "restricted" });
  await cluster.create("ServiceAccount", strict, found("ServiceAccount").metadata.name);
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "drill" }, spec: template.spec };
  await cluster.client.request("POST", `/api/v1/namespaces/${strict}/pods?dryRun=All&fieldValidation=Strict`, pod);
  const careless = structuredClone(pod);
  delete careless.spec.containers[0].securityContext;
  await expect(
    cluster.client.request("POST", `/api/v1/namespaces/${strict}/pods?dryRun=All`, careless),
  ).rejects.toThrow("violates PodSecurity");
});

/** The answer of the API server to the drill's service account. */
async function asDrill(method: string, path: string, body?: object, type = "application/json"): Promise<number> {
  const ca = readFileSync(join(folder, "account", "ca.crt"));
  const authorization = `Bearer ${readFileSync(join(folder, "account", "token"), "utf8")}`;
  const { server } = cluster.client.config.getCurrentCluster()!;
  return new Promise((resolve, reject) => {
    const headers = { authorization, "content-type": type };
    const asked = request(`${server}${path}`, { method, headers, ca, timeout: 20_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe("the drill's account", () => {
  const apply = "application/apply-patch+yaml";
  const clusters = (): string => `/apis/postgresql.cnpg.io/v1/namespaces/${ns}/clusters`;
  const named = (name: string): object => ({
    ...(JSON.parse(String((found("ConfigMap").data as Record<string, string>)["cluster.json"])) as object),
    metadata: { name, namespace: ns },
  });
  const dry = "?fieldManager=x&dryRun=All";

  test("may create the drill's cluster", async () => {
    expect(await asDrill("PATCH", `${clusters()}/${drill}${dry}`, named(drill), apply)).toBe(201);
  });

  test.each<[what: string, method: string, path: (namespace: string) => string, name?: string]>([
    ["create a cluster of another name", "PATCH", () => `/clusters/other${dry}`, "other"],
    ["create one without a name in the path", "POST", () => "/clusters?dryRun=All", drill],
    ["change the production cluster", "PATCH", () => `/clusters/chatwoot-db${dry}`, "chatwoot-db"],
    ["delete the production cluster", "DELETE", () => "/clusters/chatwoot-db?dryRun=All"],
    ["list clusters", "GET", () => "/clusters"],
    ["create a backup", "POST", () => "/backups?dryRun=All", "x"],
  ])("may not %s", async (_what, method, path, name) => {
    const url = `/apis/postgresql.cnpg.io/v1/namespaces/${ns}${path(ns)}`;
    const type = method === "PATCH" ? apply : "application/json";
    expect(await asDrill(method, url, name === undefined ? undefined : named(name), type)).toBe(403);
  });

  test.each(["secrets/chatwoot-db-app", "secrets/chatwoot-db-ca", "secrets", "pods", "configmaps"])(
    "may not read %s",
    async (path) => expect(await asDrill("GET", `/api/v1/namespaces/${ns}/${path}`)).toBe(403),
  );
});

describe("the drill", () => {
  test("restores, counts, reports and deletes", async () => {
    await fill(7);
    const { exitCode, report, output } = await runDrill({ during: serveTls });
    expect(exitCode, output).toBe(0);
    expect(report).toEqual({
      event: "restore-drill",
      result: "succeeded",
      rows: { accounts: 1, users: 3, conversations: 5, messages: 7 },
      newestMessageAt: "2026-11-21T15:00:00",
      restoreSeconds: expect.any(Number),
      seconds: expect.any(Number),
    });
    await expectRemoved();
    // The production cluster is unchanged.
    await cluster.until("Cluster", ns, "chatwoot-db", ({ status }) => status?.readyInstances === 2);
  });

  test("fails if conversations are restored without messages, and deletes", async () => {
    await fill(0);
    const { exitCode, report } = await runDrill({ during: serveTls });
    expect([exitCode, report["result"]]).toEqual([1, "failed"]);
    expect(report["reason"]).toContain("no rows in messages");
    await expectRemoved();
  });

  test("fails without a schema, and deletes", async () => {
    await database.sql("DROP TABLE accounts, users, conversations, messages");
    const { exitCode, report } = await runDrill({ during: serveTls });
    expect([exitCode, report["result"]]).toEqual([1, "failed"]);
    expect(report["reason"]).toContain('relation "accounts" does not exist');
    await expectRemoved();
  });

  test("rejects a server with another certificate", async () => {
    await fill(7);
    // The server still has the certificate of the last drill, from a deleted authority.
    const { exitCode, report } = await runDrill({ env: { DRILL_CONNECT_SECONDS: "3" } });
    expect([exitCode, report["result"]]).toEqual([1, "failed"]);
    // Both authorities have the same name, so the signature is what fails.
    expect(report["reason"]).toMatch(/does not answer: .*SSL error: (certificate verify failed|EVP lib)/);
    await expectRemoved();
  });

  test("fails if the restore takes too long, reports its progress, and deletes", async () => {
    await cluster.setFaults(ns, { stall: [`^${drill}$`] });
    const { exitCode, report } = await runDrill({ env: { DRILL_TIMEOUT_MINUTES: "0" } });
    expect([exitCode, report["result"]]).toEqual([1, "failed"]);
    expect(report["reason"]).toContain("not restored after 0 minutes");
    await expectRemoved();
  });

  test("deletes its cluster when it is stopped, even by two signals", async () => {
    await cluster.setFaults(ns, { stall: [`^${drill}$`] });
    const { exitCode, report } = await runDrill({
      async during(pid) {
        await isMade();
        process.kill(pid, "SIGTERM");
        await sleep(300);
        process.kill(pid, "SIGTERM");
      },
    });
    expect([exitCode, report["reason"]]).toEqual([1, "stopped by SIGTERM"]);
    await expectRemoved();
  });

  test("deletes the leftovers of a killed run, and then succeeds", async () => {
    await fill(7);
    await cluster.setFaults(ns, { stall: [`^${drill}$`] });
    const killed = execa(environment["RUBY"]!, [join(folder, "restore-drill.rb"), join(folder, "cluster.json")], {
      env: environment,
      extendEnv: false,
      reject: false,
    });
    const left = await isMade();
    killed.kill("SIGKILL");
    await killed;
    await cluster.setFaults(ns, {});
    const { exitCode, output } = await runDrill({
      async during() {
        await cluster.until("Cluster", ns, drill, ({ metadata }) => metadata.uid !== left.metadata.uid);
        await serveTls();
      },
    });
    expect(exitCode, output).toBe(0);
    await expectRemoved();
  });

  test("stops on an unresponsive API server, and reports the remaining cleanup", async () => {
    const proxy = createServer((socket) => socket.destroy());
    const port = await new Promise<number>((resolve) => {
      proxy.listen(0, "127.0.0.1", () => resolve((proxy.address() as { port: number }).port));
    });
    try {
      const { exitCode, report } = await runDrill({
        env: { KUBERNETES_SERVICE_PORT: String(port), DRILL_REMOVAL_SECONDS: "3" },
      });
      expect([exitCode, report["result"]]).toEqual([1, "failed"]);
      expect(report["reason"]).toContain(`cluster ${drill} is not gone`);
    } finally {
      proxy.close();
    }
  });

  test("has no other rights: no other Secret, no other cluster", async () => {
    const token = readFileSync(join(folder, "account", "token"), "utf8");
    const { server } = cluster.client.config.getCurrentCluster()!;
    const ask = async (verb: string, group: string, resource: string, name?: string): Promise<boolean> => {
      const review = await cluster.client.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        spec: {
          user: `system:serviceaccount:${ns}:${found("ServiceAccount").metadata.name}`,
          resourceAttributes: { namespace: ns, verb, group, resource, ...(name === undefined ? {} : { name }) },
        },
      });
      return review.status.allowed as boolean;
    };
    expect([server, token.length > 0]).toEqual([expect.stringContaining("https://"), true]);
    expect(await ask("get", "", "secrets", `${drill}-ca`)).toBe(true);
    expect(await ask("delete", "postgresql.cnpg.io", "clusters", drill)).toBe(true);
    expect(await ask("get", "", "secrets", "chatwoot-db-app")).toBe(false);
    expect(await ask("list", "", "secrets")).toBe(false);
    expect(await ask("delete", "postgresql.cnpg.io", "clusters", "chatwoot-db")).toBe(false);
    expect(await ask("patch", "postgresql.cnpg.io", "clusters", "chatwoot-db")).toBe(false);
    expect(await ask("create", "postgresql.cnpg.io", "clusters")).toBe(false);
    expect(await ask("update", "postgresql.cnpg.io", "clusters", drill)).toBe(false);
    expect(await ask("delete", "", "persistentvolumeclaims", "chatwoot-db-1")).toBe(false);
  });
});
