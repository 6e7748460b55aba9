import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { createKubeClient, type KubeClient } from "kubernetes-sandbox/client";
import { openKube, type Kube } from "../sandbox/cluster.ts";
import { openSandbox } from "../sandbox/support.ts";

/* Prod on a real API server, and manual changes to it outside Pulumi. */

const sandbox = openSandbox({ sharedCluster: true });
const folder = mkdtempSync(join(tmpdir(), "drift-"));
const ns = `/api/v1/namespaces/${sandbox.namespace}`;
const apps = `/apis/apps/v1/namespaces/${sandbox.namespace}`;
let kube: Kube;
let client: KubeClient;
let kubeconfig: string;
beforeAll(async () => {
  await sandbox.runHere("up", "prod");
  kubeconfig = join(sandbox.folders.cluster, "kubeconfig");
  kube = await openKube(sandbox);
  client = await createKubeClient(kubeconfig);
});
afterAll(async () => {
  kube?.close();
  client?.close();
  rmSync(folder, { recursive: true, force: true });
  await sandbox.dispose();
});

async function drift(args: readonly string[], exit: number, env: Record<string, string> = {}): Promise<string> {
  const { exitCode, all } = await execa(
    process.execPath,
    ["ops/main.ts", "drift", "--stack", "prod", "--no-preview", ...args],
    {
      cwd: projectFolder,
      env: { CHATWOOT_STATE_FILE: sandbox.folders.state("prod"), KUBECONFIG: kubeconfig, ...env },
      all: true,
      reject: false,
      timeout: 120_000,
    },
  );
  if (exitCode !== exit) throw new Error(`ended with ${exitCode}, not with ${exit}:\n${all}`);
  return all;
}

/** As `drift`, with the preview: the sandbox's `pulumi` is on its PATH. */
async function driftFromProgram(exit: number): Promise<Row[]> {
  const { stdout, output } = await sandbox.opsHere(["drift", "--stack", "prod", "--json"], { exit });
  expect(output).not.toContain("compared with the state");
  return (JSON.parse(stdout) as { differing: Row[] }).differing;
}

type Row = { app: string; what: string; expected: string; actual: string; fix: string };

/** The differences, compared with the state alone. */
async function rowsOfState(): Promise<Row[]> {
  return (JSON.parse(await drift(["--json"], 2)) as { differing: Row[] }).differing;
}

const shownRows = (rows: readonly Row[]): string[] =>
  rows.map(({ app, what, actual }) => `${app}, ${what}: ${actual}`).sort();

const patchCommand = /^kubectl -n (\S+) patch (configmap|secret|deployment|cronjob) (\S+)( --type=json)? -p '(.*)'$/;
const groups: Record<string, string> = { configmap: "/api/v1", secret: "/api/v1", deployment: "/apis/apps/v1" };

/** Runs a printed command. */
async function carryOut(command: string): Promise<void> {
  if (command === "pulumi preview --refresh --stack prod && pulumi up --refresh --stack prod") {
    await sandbox.runHere("preview", "prod", { refresh: true });
    await sandbox.runHere("up", "prod", { refresh: true });
    return;
  }
  const [, namespace, kind, name, json, patch] = patchCommand.exec(command) ?? [];
  if (kind === undefined || patch === undefined) return;
  const path = `${groups[kind] ?? "/apis/batch/v1"}/namespaces/${namespace}/${kind}s/${name}`;
  await client.patch(path, JSON.parse(patch) as object, json === undefined ? "merge-patch+json" : "json-patch+json");
}
const carryOutAll = async (rows: readonly Row[]): Promise<void> => {
  for (const fix of new Set(rows.map(({ fix }) => fix))) await carryOut(fix);
};
const differing = async (): Promise<string[]> => shownRows(await rowsOfState());

test("a fresh deployment has no difference, and the check writes nothing", async () => {
  const before = kube.writes();
  const versions = await kube.versions();
  const output = await drift([], 0);
  expect(output).toMatch(/^prod: \d{3,} values compared, 0 differ\.$/);
  expect(kube.writes()).toEqual(before);
  expect(Object.keys(await kube.versions())).toEqual(Object.keys(versions));
});

test("reports each manual change in a row, without secrets", async () => {
  const container = { name: "chatwoot-web", image: "chatwoot/chatwoot:v4.0.0" };
  const variable = { name: "PLANTED", value: "planted-value" };
  await client.patch(
    `${apps}/deployments/chatwoot-web`,
    { spec: { template: { spec: { containers: [{ ...container, env: [variable] }] } } } },
    "strategic-merge-patch+json",
  );
  await client.patch(`${apps}/deployments/chatwoot-worker`, { spec: { replicas: 3 } });
  await client.patch(`${ns}/secrets/chatwoot-secrets`, { stringData: { REDIS_PASSWORD: "planted-password" } });
  await client.patch(`${ns}/secrets/chatwoot-secrets`, { stringData: { EXTRA_SECRET: "planted-secret" } });
  await client.patch(`${ns}/configmaps/chatwoot-config`, { data: { RAILS_ENV: "development", EXTRA: "1" } });
  await client.patch(`${ns}/configmaps/chatwoot-config`, { metadata: { labels: { added: "manually" } } });
  await client.request("DELETE", `${ns}/secrets/chatwoot-redis`);
  const budgets = `/apis/policy/v1/namespaces/${sandbox.namespace}/poddisruptionbudgets`;
  await client.request("DELETE", `${budgets}/chatwoot-web`);
  await client.patch(`/apis/batch/v1/namespaces/${sandbox.namespace}/cronjobs/chatwoot-restore-drill`, {
    spec: { suspend: true },
  });
  await client.request(
    "DELETE",
    `/apis/networking.k8s.io/v1/namespaces/${sandbox.namespace}/networkpolicies/chatwoot-default-deny`,
  );
  await client.patch(`/apis/postgresql.cnpg.io/v1/namespaces/${sandbox.namespace}/scheduledbackups/chatwoot-db`, {
    spec: { schedule: "0 0 3 1 * *" },
  });

  // Pods start and stop behind these changes at their own pace.
  const rows = (await differing()).filter((row) => !/, pods: \d+ ready$/.test(row));
  expect(rows).toEqual([
    "ConfigMap chatwoot-config, data.EXTRA: 1",
    "ConfigMap chatwoot-config, data.RAILS_ENV: development",
    "CronJob chatwoot-restore-drill, state: suspended",
    "Deployment chatwoot-web, chatwoot-web env[PLANTED]: set",
    "Deployment chatwoot-web, chatwoot-web image: chatwoot/chatwoot:v4.0.0",
    "Deployment chatwoot-worker, replicas: 3",
    "NetworkPolicy chatwoot-default-deny, object: gone",
    "PodDisruptionBudget chatwoot-web, object: gone",
    "ScheduledBackup chatwoot-db, schedule: 0 0 3 1 * *",
    "Secret chatwoot-redis, object: gone",
    "Secret chatwoot-secrets, EXTRA_SECRET: set",
    expect.stringMatching(/^Secret chatwoot-secrets, checksum: [0-9a-f]{10}$/),
  ]);
  const table = await drift([], 2);
  expect(table).toMatch(/^app +what +expected +actual +fix\n/);
  expect(table).toContain(": pulumi preview --refresh --stack prod && pulumi up --refresh --stack prod\n");
  expect(table).not.toMatch(/planted-(value|password|secret)/);
});

test("each printed command, run as printed, ends with no difference", async () => {
  await carryOutAll(await rowsOfState());
  await expect.poll(() => drift([], 0).catch(String), { timeout: 90_000, interval: 3000 }).toMatch(/, 0 differ\.$/);
});

test("names manual changes that a refresh has stored, by the program, and its command restores them", async () => {
  const container = { name: "chatwoot-web", image: "chatwoot/chatwoot:v4.0.0" };
  await client.patch(
    `${apps}/deployments/chatwoot-web`,
    { spec: { template: { spec: { containers: [container] } } } },
    "strategic-merge-patch+json",
  );
  await client.patch(`${ns}/configmaps/chatwoot-redis`, { data: { "redis.conf": "maxmemory 1mb\n", EXTRA: "1" } });
  await client.request(
    "DELETE",
    `/apis/networking.k8s.io/v1/namespaces/${sandbox.namespace}/networkpolicies/chatwoot-default-deny`,
  );
  // As `pulumi refresh`: what was read is stored before the program refuses its configuration.
  const refused = { config: { "chatwoot:account": " " } };
  await sandbox.runHere("up", "prod", { refresh: true, overlay: refused, exit: 1 });

  const isPods = (row: string) => / pods: \d+ ready$/.test(row);
  expect((await rowsOfState()).map(({ what }) => what)).not.toContain("chatwoot-web image");
  const rows = await driftFromProgram(2);
  expect(shownRows(rows).filter((row) => !isPods(row))).toEqual([
    "ConfigMap chatwoot-redis, data.EXTRA: 1",
    "ConfigMap chatwoot-redis, data.redis.conf: maxmemory 1mb",
    "Deployment chatwoot-web, chatwoot-web image: chatwoot/chatwoot:v4.0.0",
    "NetworkPolicy chatwoot-default-deny, object: gone",
  ]);
  await carryOutAll(rows);
  await expect.poll(() => driftFromProgram(0).catch(String), { timeout: 90_000, interval: 3000 }).toEqual([]);
});

test("a deleted claim with data is reported with a warning, a certificate with its issuer", async () => {
  const claim = `${ns}/persistentvolumeclaims/chatwoot-redis`;
  await client.patch(claim, { metadata: { finalizers: [] } });
  await client.request("DELETE", claim);
  // Its pod still exists, so the API server may restore its finalizer.
  await client.patch(claim, { metadata: { finalizers: [] } }).catch(() => undefined);
  await expect.poll(() => kube.find("PersistentVolumeClaim", "chatwoot-redis"), { timeout: 60_000 }).toBeUndefined();
  const certificate = {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: "other", namespace: "default" },
    spec: { secretName: "other", dnsNames: ["other.example.com"], issuerRef: { name: "x", kind: "ClusterIssuer" } },
  };
  const certificates = "/apis/cert-manager.io/v1/namespaces/default/certificates";
  await client.request("POST", certificates, certificate);
  onTestFinished(async () => void (await client.request("DELETE", `${certificates}/other`)));
  const rows = await differing();
  expect(rows).toContain("PersistentVolumeClaim chatwoot-redis, object: gone");
  expect(rows).toContain("Certificate chatwoot-tls, certificate: missing");
  expect(await drift([], 2)).toMatch(
    new RegExp(`holds data: inspect it first \\(kubectl -n ${sandbox.namespace} get persistentvolumeclaim`),
  );
});

test("an unreachable cluster is an error: exit code 1 and the fix", async () => {
  expect(await drift([], 1, { KUBECONFIG: join(folder, "none") })).toMatch(/there is no kubeconfig at .*none/);
  const closed = join(folder, "closed");
  writeFileSync(closed, readFileSync(kubeconfig, "utf8").replace(/(server: https:\/\/127\.0\.0\.1:)\d+/, "$11"));
  expect(await drift([], 1, { KUBECONFIG: closed })).toMatch(/is unreachable: [^]*Check `kubectl --context \S+ get/);
});
