import { afterAll, beforeAll, expect, test } from "vitest";
import { preflight } from "../../components/kubernetes/preflight/preflight.ts";
import { startCluster } from "kubernetes-sandbox";
import { crdSetNames } from "kubernetes-sandbox/tools";
import { parseConfig } from "../../stacks/parse.ts";
import type { KubernetesConfig } from "../../config/schema.ts";
import { rawConfig, type Any } from "../helpers/stack-files.ts";
import { openOwnCluster, type TestCluster } from "./support.ts";
import { toolCache } from "../../preview/tool-cache.ts";

/* Requests to a real API server: first an empty one, then the same one with every object. */

let testCluster: TestCluster;
beforeAll(async () => {
  testCluster = await openOwnCluster({ crds: [], context: "newjoy" });
});
afterAll(() => testCluster?.dispose());

const full = ({ settings, secrets }: { settings: Record<string, Any>; secrets: Record<string, string> }): void => {
  const { kubernetes } = settings;
  kubernetes.ingress = {
    mode: "gateway",
    gateway: { name: "public", namespace: "gateways" },
    clusterIssuer: "letsencrypt",
  };
  kubernetes.postgres.backup.credentials = { from: "copied", namespace: "immich", name: "cnpg-backup-credentials" };
  kubernetes.sso.credentials = { from: "external", store: "vault", path: "chatwoot" };
  kubernetes.monitoring = {};
  kubernetes.scaling = { worker: { max: 4 } };
  for (const key of Object.keys(secrets)) delete secrets[key];
};

async function messages(): Promise<string[]> {
  const settings = parseConfig(rawConfig("prod", full)).settings as KubernetesConfig;
  try {
    await preflight(settings, { KUBECONFIG: testCluster.cluster.kubeconfig });
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
}

const keysOf = (lines: string[]): string[] => lines.map((line) => line.trim().split(": ")[0]!).sort();

test("an empty cluster: reports everything that is missing", async () => {
  expect(keysOf(await messages())).toEqual(
    [
      "kubernetes.ingress",
      "kubernetes.ingress.clusterIssuer",
      "kubernetes.monitoring",
      "kubernetes.postgres",
      "kubernetes.postgres.backup",
      "kubernetes.postgres.backup.credentials",
      "kubernetes.postgres.storageClass",
      "kubernetes.redis.storageClass",
      "kubernetes.scaling.worker",
      "kubernetes.sso.credentials",
      "storage.storageClass",
    ].map((key) => `chatwoot:${key}`),
  );
});

test("with the definitions: reports the missing objects, then nothing", async () => {
  const { dir } = testCluster.cluster;
  await startCluster({ dir, cache: toolCache, crds: crdSetNames, context: "newjoy" });
  // A new kind is served after a delay.
  await expect
    .poll(async () => keysOf(await messages()), { timeout: 20_000 })
    .toEqual(
      [
        "kubernetes.ingress.clusterIssuer",
        "kubernetes.ingress.gateway",
        "kubernetes.postgres.backup.credentials",
        "kubernetes.postgres.storageClass",
        "kubernetes.redis.storageClass",
        "kubernetes.sso.credentials.store",
        "storage.storageClass",
      ].map((key) => `chatwoot:${key}`),
    );

  const listener = { name: "https", port: 443, protocol: "HTTPS", allowedRoutes: { namespaces: { from: "All" } } };
  await startCluster({
    dir,
    cache: toolCache,
    crds: crdSetNames,
    context: "newjoy",
    storageClasses: [{ name: "local-ssd" }, { name: "longhorn-ssd" }],
    objects: [
      { kind: "ClusterIssuer", metadata: { name: "letsencrypt" }, spec: { selfSigned: {} } },
      {
        kind: "Gateway",
        metadata: { name: "public", namespace: "gateways" },
        spec: {
          gatewayClassName: "any",
          listeners: [{ ...listener, tls: { certificateRefs: [{ name: "chatwoot-tls", namespace: "chatwoot" }] } }],
        },
      },
      {
        kind: "Secret",
        metadata: { name: "cnpg-backup-credentials", namespace: "immich" },
        stringData: { ACCESS_KEY_ID: "id", ACCESS_SECRET_KEY: "key" },
      },
      {
        kind: "ClusterSecretStore",
        metadata: { name: "vault" },
        spec: { provider: { fake: { data: [{ key: "chatwoot", value: '{"client-id":"a","client-secret":"b"}' }] } } },
      },
    ],
  });
  expect(await messages()).toEqual([]);
});

test("reports missing rights", async () => {
  const { client, cluster } = testCluster;
  await testCluster.create("Namespace", undefined, "chatwoot");
  await testCluster.until("ServiceAccount", "chatwoot", "default", () => true);
  const token = await client.request("POST", "/api/v1/namespaces/chatwoot/serviceaccounts/default/token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  });
  const settings = parseConfig(rawConfig("prod")).settings as KubernetesConfig;
  const message = await preflight(settings, {
    KUBECONFIG: await weakKubeconfig(cluster.kubeconfig, token.status.token),
  }).then(
    () => "nothing",
    (error: unknown) => (error as Error).message,
  );
  expect(message).toContain(
    "chatwoot:kubernetes.context: its user may not create secrets, persistentvolumeclaims, deployments.apps, " +
      "statefulsets.apps, jobs.batch, clusters.postgresql.cnpg.io, networkpolicies.networking.k8s.io, ingresses.networking.k8s.io",
  );
  expect(message).toContain("the root keys in the Secret chatwoot/chatwoot-secrets cannot be read: you may not `get`");
  expect(message.split("\n")).toHaveLength(3);
});

/** The same cluster, with a token instead of the administrator's certificate. */
async function weakKubeconfig(path: string, token: string): Promise<string> {
  const { readFile, writeFile } = await import("node:fs/promises");
  const { parse, stringify } = await import("yaml");
  const config = parse(await readFile(path, "utf8")) as { users: { name: string; user: object }[] };
  config.users = config.users.map(({ name }) => ({ name, user: { token } }));
  await writeFile(`${path}.weak`, stringify(config), { mode: 0o600 });
  return `${path}.weak`;
}
