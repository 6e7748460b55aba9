import { afterAll, beforeAll, expect, it } from "vitest";
import { createKubeClient, type KubeClient } from "../../sandbox/cluster/kube-client.ts";
import { collectionPath, type Kind } from "../../sandbox/cluster/resources.ts";
import { join } from "node:path";
import { openKube } from "./cluster.ts";
import { openSandbox, type Overlay } from "./support.ts";

/*
 * Valid configurations as far from prod's and from each other as there are, each from nothing to an empty second run and
 * away again. They share a cluster, where others have put what some of them rely on.
 */

const sandbox = openSandbox();
let client: KubeClient;

const run = (command: string, overlay: Overlay, ...more: string[]) =>
  sandbox.run([command, "--stack", "prod", ...more], { overlay });

const without = (...keys: string[]) => Object.fromEntries(keys.map((key) => [`chatwoot:${key}`, null]));
const noBackupKeys = without("backupAccessKeyId", "backupSecretAccessKey");
const noClient = without("oidcClientId", "oidcClientSecret");
const noIngress = { className: null, clusterIssuer: null };
const bucket = {
  config: {
    "chatwoot:storage": {
      ...{ kind: "s3", bucket: "attachments", endpoint: "https://s3.eu-central-003.backblazeb2.com" },
      ...{ storageClass: null, sizeGi: null, accessMode: null },
    },
  },
  secrets: { "chatwoot:storageAccessKeyId": "key-id", "chatwoot:storageSecretAccessKey": "key" },
};

const variants: [what: string, overlay: Overlay, objects: string[]][] = [
  [
    "the least: one of each, no gate, no backup, nobody outside",
    {
      config: {
        ...bucket.config,
        ...noBackupKeys,
        ...noClient,
        "chatwoot:web": { count: 1 },
        "chatwoot:worker": { count: 1 },
        "chatwoot:mail": { smtp: null },
        "chatwoot:kubernetes": {
          ingress: { mode: "none", ...noIngress },
          sso: null,
          postgres: { instances: 1, backup: null },
          networkPolicies: { enabled: false },
        },
      },
      secrets: bucket.secrets,
    },
    ["Cluster chatwoot-db", "Deployment chatwoot-web"],
  ],
  [
    "the most: a Gateway, metrics, autoscalers, an ordinary user, credentials of a store",
    {
      config: {
        ...noBackupKeys,
        ...noClient,
        "chatwoot:mail": {
          smtp: { address: "smtp.example.com", port: 587, username: "chat", authentication: "plain", tls: "starttls" },
          inbound: { domain: "in.newjoy.ro" },
        },
        "chatwoot:kubernetes": {
          ingress: { mode: "gateway", className: null, gateway: { name: "public", namespace: "gateways" } },
          runAsNonRoot: true,
          monitoring: { labels: { release: "kube-prometheus-stack" } },
          scaling: { web: { max: 3 }, worker: { max: 3 } },
          postgres: {
            instances: 3,
            maxConnections: 200,
            memoryMb: 2048,
            backup: { serverName: "most", credentials: { from: "external", store: "vault", path: "b2" } },
          },
          sso: { credentials: { from: "external", store: "vault", path: "oidc" } },
        },
      },
      secrets: { "chatwoot:smtpPassword": "mail-password", "chatwoot:inboundMailPassword": "inbound-password" },
    },
    ["HTTPRoute chatwoot", "ExternalSecret cnpg-backup-credentials"],
  ],
  [
    "the seed: Secrets of other namespaces and hands",
    {
      config: {
        ...noBackupKeys,
        ...noClient,
        "chatwoot:kubernetes": {
          postgres: {
            backup: {
              serverName: "seed",
              credentials: { from: "copied", namespace: "immich", name: "cnpg-backup-credentials" },
            },
          },
          sso: { credentials: { from: "copied", namespace: "immich", name: "pocket-id-client" } },
        },
      },
    },
    ["Secret cnpg-backup-credentials", "Secret oauth2-proxy-chatwoot"],
  ],
  [
    "another class, a closed API, groups, a connection without single threads",
    {
      config: {
        "chatwoot:web": { count: 1, threads: 1 },
        "chatwoot:kubernetes": {
          ingress: { className: "traefik" },
          postgres: { backup: { serverName: "closed", drill: false, region: "eu-central-003" } },
          sso: { publicApi: false, allowedGroups: ["support"], emailDomains: ["newjoy.ro"], replicas: 1 },
        },
      },
    },
    ["Ingress chatwoot"],
  ],
  ["prod as it is", {}, ["Cluster chatwoot-db", "Ingress chatwoot"]],
  [
    "prod after its cluster was lost",
    {
      config: {
        "chatwoot:kubernetes": {
          postgres: {
            name: "chatwoot-db-2",
            recovery: { serverName: "chatwoot-db" },
          },
        },
      },
    },
    ["Cluster chatwoot-db-2"],
  ],
];

async function create(
  kind: Kind,
  object: { metadata: { name: string; namespace?: string }; [field: string]: unknown },
) {
  await client.request("POST", collectionPath(kind, object.metadata.namespace), object);
}

beforeAll(async () => {
  await run("up", variants[0]![1]);
  client = await createKubeClient(join(sandbox.folders.cluster, "kubeconfig"));
  for (const name of ["immich", "gateways"])
    await create("Namespace", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const secrets = {
    "cnpg-backup-credentials": { ACCESS_KEY_ID: "id", ACCESS_SECRET_KEY: "key" },
    "pocket-id-client": { "client-id": "id", "client-secret": "secret" },
  };
  for (const [name, stringData] of Object.entries(secrets))
    await create("Secret", { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "immich" }, stringData });
  await create("ClusterSecretStore", {
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: "vault" },
    spec: {
      provider: {
        fake: {
          data: [
            { key: "b2", value: JSON.stringify({ ACCESS_KEY_ID: "id", ACCESS_SECRET_KEY: "key" }) },
            { key: "oidc", value: JSON.stringify({ "client-id": "id", "client-secret": "secret" }) },
          ],
        },
      },
    },
  });
  await create("IngressClass", {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "traefik" },
    spec: { controller: "traefik.io/ingress-controller" },
  });
  await create("Gateway", {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "public", namespace: "gateways" },
    spec: {
      gatewayClassName: "any",
      listeners: [
        {
          name: "https",
          protocol: "HTTPS",
          port: 443,
          allowedRoutes: { namespaces: { from: "All" } },
          tls: { mode: "Terminate", certificateRefs: [{ name: "wildcard" }] },
        },
      ],
    },
  });
});
afterAll(async () => {
  client?.close();
  await sandbox.dispose();
});

it.each(variants)("%s", async (_what, overlay, objects) => {
  await run("up", overlay);
  const kube = await openKube(sandbox.folders);
  try {
    for (const object of objects) {
      const [kind, name] = object.split(" ") as [Kind, string];
      expect(await kube.find(kind, name), object).toBeDefined();
    }
  } finally {
    kube.close();
  }
  const { changes } = await run("up", overlay);
  expect(changes.filter((change) => !change.startsWith("read "))).toEqual([]);
  await run("destroy", overlay, "--unprotect");
});
