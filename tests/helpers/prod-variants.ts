import type { Overlay } from "../sandbox/support.ts";
import { authorityPem } from "./external-services.ts";

/* Valid configurations that differ as much as possible from prod and from each other, with some objects of each. */

const without = (...keys: string[]) => Object.fromEntries(keys.map((key) => [`chatwoot:${key}`, null]));
const noBackupKeys = without("backupAccessKeyId", "backupSecretAccessKey");
const noClient = without("oidcClientId", "oidcClientSecret");
const noCnpg = { instances: null, storageClass: null, sizeGi: null, backup: null };
const noIngress = { className: null, clusterIssuer: null };
const digest = `sha256:${"0".repeat(64)}`;
const bucket = {
  config: {
    "chatwoot:storage": {
      ...{ kind: "s3", bucket: "attachments", endpoint: "https://s3.eu-central-003.backblazeb2.com" },
      ...{ storageClass: null, sizeGi: null, accessMode: null },
    },
  },
  secrets: { "chatwoot:storageAccessKeyId": "key-id", "chatwoot:storageSecretAccessKey": "key" },
};

export const prodVariants: readonly [what: string, overlay: Overlay, objects: string[]][] = [
  [
    "external services: a provider's database and Redis, attachments on one node, no gate, no ingress",
    {
      config: {
        ...noBackupKeys,
        ...noClient,
        "chatwoot:storage": { accessMode: "ReadWriteOnce" },
        "chatwoot:mail": { smtp: null },
        "chatwoot:kubernetes": {
          ingress: { mode: "none", ...noIngress },
          sso: null,
          monitoring: {},
          scaling: { worker: { max: 3 } },
          postgres: { ...noCnpg, kind: "external", authority: { from: "config", pem: authorityPem } },
          redis: { kind: "external", storageClass: null, sizeGi: null, verify: "none" },
        },
      },
      secrets: {
        "chatwoot:databaseUrl": "postgresql://chatwoot:database-password@10.9.0.4:5432/chatwoot",
        "chatwoot:redisUrl": "rediss://:redis-password@10.9.0.5:6380",
      },
    },
    ["Deployment chatwoot-web", "Secret chatwoot-redis-login", "PersistentVolumeClaim chatwoot-storage"],
  ],
  [
    "the largest: a Gateway, metrics, autoscalers, a group of workers, placed pods, images by digest, an ordinary user, credentials of a store",
    {
      config: {
        ...noBackupKeys,
        ...noClient,
        "chatwoot:mail": {
          smtp: { address: "smtp.example.com", port: 587, username: "chat", authentication: "plain", tls: "starttls" },
          inbound: { domain: "in.newjoy.ro" },
        },
        "chatwoot:image": `registry.example.com:5000/chatwoot/chatwoot:v4.16.2@${digest}`,
        "chatwoot:worker": { groups: { mail: { queues: ["mailers", "low"], memoryMb: 512, concurrency: 2 } } },
        "chatwoot:kubernetes": {
          images: { redis: `registry.example.com:5000/redis:8.6.4-alpine@${digest}` },
          pods: {
            nodeSelector: { "kubernetes.io/os": "linux" },
            tolerations: [{ key: "dedicated", value: "support", effect: "NoSchedule" }],
            labels: { team: "support" },
            resources: { limits: { cpu: 2 } },
            overrides: { worker: { priorityClassName: "system-cluster-critical" } },
          },
          ingress: { mode: "gateway", className: null, gateway: { name: "public", namespace: "gateways" } },
          runAsNonRoot: true,
          monitoring: { labels: { release: "kube-prometheus-stack" } },
          scaling: { web: { max: 3 }, worker: { max: 3 }, groups: { mail: { max: 3 } } },
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
    ["HTTPRoute chatwoot", "ExternalSecret cnpg-backup-credentials", "Deployment chatwoot-worker-mail"],
  ],
  [
    "the smallest: one of each, no gate, no backup, no ingress",
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
    "the database of another team, by a copy of its Secret",
    {
      config: {
        ...noBackupKeys,
        "chatwoot:kubernetes": {
          postgres: {
            ...noCnpg,
            kind: "external",
            credentials: { from: "copied", namespace: "immich", name: "team-db-app" },
            address: { host: "team-db-rw.immich.svc", database: "chatwoot", username: "app" },
          },
        },
      },
    },
    ["Secret chatwoot-database"],
  ],
  [
    "the seed: Secrets of other namespaces and owners",
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
          ingress: { className: "traefik", helpCenterHosts: ["help.example.com"] },
          postgres: { backup: { serverName: "closed", drill: false, region: "eu-central-003" } },
          sso: { publicApi: false, allowedGroups: ["support"], emailDomains: ["newjoy.ro"], replicas: 1 },
        },
      },
    },
    ["Ingress chatwoot"],
  ],
  ["prod as it is", {}, ["Cluster chatwoot-db", "Ingress chatwoot"]],
  [
    "prod after the loss of its cluster",
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
