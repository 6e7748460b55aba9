import { expect, test, vi } from "vitest";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import { rawConfig } from "../../../tests/helpers/stack-files.ts";
import { hasMark } from "./namespace-owner.ts";
import { preflight } from "./preflight.ts";
import {
  backupFrom,
  data,
  existing,
  fromAll,
  gatewayOf,
  gateways,
  kinds,
  objects,
  useApiServer,
  whole,
  type World,
} from "./test-api-server.ts";
import type { Change } from "./test-world.ts";

/* What the preflight finds in a cluster. */

const api = useApiServer();
const { errorOf } = api;

const encoded = (value: string): string => Buffer.from(value).toString("base64");

test("before a first cluster, the backup folder is looked into", async () => {
  const settings = parseConfig(rawConfig("prod")).settings as KubernetesConfig;
  const keys = vi.fn(() => Promise.resolve(undefined));
  await preflight(settings, { KUBECONFIG: api.kubeconfig }, [], keys);
  expect(keys).toHaveBeenCalledOnce();
});

test("a complete cluster passes, and is only read", async () => {
  expect(await errorOf()).toBe("nothing");
  expect(api.asked.length).toBeGreaterThan(10);
  const writes = api.asked.filter((line) => !line.startsWith("GET ") && !line.endsWith("/selfsubjectaccessreviews"));
  expect(writes).toEqual([]);
  expect(new Set(api.asked.filter((line) => line.startsWith("GET "))).size).toBe(
    api.asked.filter((line) => line.startsWith("GET ")).length,
  );
});

test("an empty cluster: all problems together, each with the command that fixes it", async () => {
  api.world = {
    "/version": { major: "1", minor: "34" },
    "/apis/storage.k8s.io/v1/storageclasses": objects("standard"),
  };
  expect(await errorOf()).toMatchInlineSnapshot(`
    "The cluster of context newjoy has 6 problems; nothing was changed:
      chatwoot:kubernetes.ingress.clusterIssuer: needs cert-manager: the cluster does not serve certificates.cert-manager.io and clusterissuers.cert-manager.io in cert-manager.io/v1. Install it: \`helm install --kube-context newjoy cert-manager cert-manager --repo https://charts.jetstack.io --version v1.21.2 --namespace cert-manager --create-namespace --set crds.enabled=true\`.
      chatwoot:kubernetes.postgres: needs CloudNativePG: the cluster does not serve clusters.postgresql.cnpg.io and databases.postgresql.cnpg.io and scheduledbackups.postgresql.cnpg.io in postgresql.cnpg.io/v1. Install it: \`helm install --kube-context newjoy cloudnative-pg cloudnative-pg --repo https://cloudnative-pg.github.io/charts --version 0.29.0 --namespace cnpg-system --create-namespace\`.
      chatwoot:kubernetes.postgres.backup: needs the Barman Cloud plugin of CloudNativePG: the cluster does not serve objectstores.barmancloud.cnpg.io in barmancloud.cnpg.io/v1. Install it: \`helm install --kube-context newjoy plugin-barman-cloud plugin-barman-cloud --repo https://cloudnative-pg.github.io/charts --version 0.8.0 --namespace cnpg-system --create-namespace\`.
      chatwoot:kubernetes.postgres.storageClass: is local-ssd, but the cluster has no storage class with this name: the cluster has standard. Set one of \`kubectl --context newjoy get storageclass\`.
      chatwoot:kubernetes.redis.storageClass: is longhorn-ssd, but the cluster has no storage class with this name: the cluster has standard. Set one of \`kubectl --context newjoy get storageclass\`.
      chatwoot:storage.storageClass: is longhorn-ssd, but the cluster has no storage class with this name: the cluster has standard. Set one of \`kubectl --context newjoy get storageclass\`."
  `);
});

const withoutBackup: Change = ({ settings, secrets }) => {
  delete settings["kubernetes"].postgres.backup;
  delete secrets["backupAccessKeyId"];
  delete secrets["backupSecretAccessKey"];
};

const cases: [what: string, change: Change, has: World, expected: string | RegExp][] = [
  [
    "CloudNativePG",
    () => {},
    { "/apis/postgresql.cnpg.io/v1": 404 },
    "helm install --kube-context newjoy cloudnative-pg",
  ],
  [
    "an old CloudNativePG",
    () => {},
    { "/apis/postgresql.cnpg.io/v1": kinds("clusters") },
    "does not serve databases.postgresql.cnpg.io and scheduledbackups.postgresql.cnpg.io",
  ],
  [
    "no CloudNativePG that the stack installs",
    ({ settings }) => (settings["kubernetes"].install = { cloudNativePg: true }),
    { "/apis/postgresql.cnpg.io/v1": 404 },
    "nothing",
  ],
  ["the plugin for backups", () => {}, { "/apis/barmancloud.cnpg.io/v1": 404 }, "plugin-barman-cloud"],
  ["nothing of the plugin without backups", withoutBackup, { "/apis/barmancloud.cnpg.io/v1": 404 }, "nothing"],
  [
    "cert-manager for the plugin",
    ({ settings }) => {
      settings["kubernetes"].install = { barmanPlugin: true };
      delete settings["kubernetes"].ingress.clusterIssuer;
    },
    { "/apis/cert-manager.io/v1": 404 },
    "chatwoot:kubernetes.install.barmanPlugin: needs cert-manager",
  ],
  [
    "cert-manager for the certificate",
    () => {},
    { "/apis/cert-manager.io/v1": 404, "/apis/cert-manager.io/v1/clusterissuers": 404 },
    "helm install --kube-context newjoy cert-manager cert-manager --repo https://charts.jetstack.io --version v1.21.2 --namespace cert-manager --create-namespace --set crds.enabled=true",
  ],
  [
    "an issuer",
    () => {},
    { "/apis/cert-manager.io/v1/clusterissuers": objects("staging") },
    "kubernetes.ingress.clusterIssuer: is letsencrypt, but the cluster has no ClusterIssuer with this name: the cluster has staging.",
  ],
  [
    "an ingress class",
    () => {},
    { "/apis/networking.k8s.io/v1/ingressclasses": objects("traefik", "haproxy") },
    "is nginx, but the cluster has no ingress class with this name: the cluster has haproxy, traefik.",
  ],
  [
    "a storage class",
    () => {},
    { "/apis/storage.k8s.io/v1/storageclasses": objects("local-ssd") },
    /redis\.storageClass: is longhorn-ssd(.|\n)*storage\.storageClass: is longhorn-ssd/,
  ],
  [
    "the Gateway API",
    gatewayOf({}),
    {},
    "kubectl --context newjoy apply --server-side --filename https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.1/standard-install.yaml",
  ],
  [
    "a Gateway",
    gatewayOf({ name: "other" }),
    gateways({ ...fromAll }),
    "is gateways/other, which does not exist: the namespace has public.",
  ],
  ["a listener", gatewayOf({ sectionName: "http" }), gateways({ ...fromAll }), "has no listener http."],
  ["a listener for this namespace", gatewayOf({}), gateways({}), "accepts no routes from the namespace chatwoot."],
  [
    "a listener for this host",
    gatewayOf({}),
    gateways({ ...fromAll, hostname: "*.example.com" }),
    "has no listener for chat.newjoy.ro.",
  ],
  [
    "a listener whose wildcard ends at a dot of this host",
    gatewayOf({}),
    gateways({ ...fromAll, hostname: "*.joy.ro" }),
    "has no listener for chat.newjoy.ro.",
  ],
  [
    "nothing where a listener has a wildcard for it",
    gatewayOf({ sectionName: "https" }),
    gateways({ ...fromAll, hostname: "*.newjoy.ro" }),
    "nothing",
  ],
  [
    "the Prometheus operator",
    ({ settings }) => (settings["kubernetes"].monitoring = {}),
    {},
    "prometheus-operator/releases/download/",
  ],
  [
    "KEDA",
    ({ settings }) => (settings["kubernetes"].scaling = { worker: { max: 3 } }),
    {},
    "kedacore/keda/releases/download/v2.21.0/keda-2.21.0.yaml",
  ],
  [
    "nothing if only the metrics of pods are missing",
    ({ settings }) => (settings["kubernetes"].scaling = { web: { max: 3 } }),
    {},
    "nothing",
  ],
  [
    "a Secret",
    backupFrom({ from: "existing", name: "b2" }),
    {},
    "names the Secret chatwoot/b2, which does not exist. Create the namespace if it is missing, then the Secret from files with these names: `kubectl --context newjoy create secret generic b2 --namespace chatwoot --from-file=ACCESS_KEY_ID --from-file=ACCESS_SECRET_KEY`",
  ],
  [
    "a key of a Secret",
    backupFrom({ from: "existing", name: "b2" }),
    { [existing]: data(["ACCESS_KEY_ID"]) },
    "which lacks ACCESS_SECRET_KEY.",
  ],
  [
    "the right to read a Secret",
    backupFrom({ from: "existing", name: "b2" }),
    { [existing]: 403 },
    "which you may not read.",
  ],
  [
    "nothing where the Secret is whole",
    backupFrom({ from: "existing", name: "b2" }),
    { [existing]: data(["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"]) },
    "nothing",
  ],
  [
    "a value of a Secret with a line break",
    backupFrom({ from: "existing", name: "b2" }),
    { [existing]: { data: { ACCESS_KEY_ID: encoded("planted"), ACCESS_SECRET_KEY: encoded("planted\n") } } },
    "names the Secret chatwoot/b2, whose ACCESS_SECRET_KEY ends with a blank or a line break",
  ],
  [
    "a value of a Secret to copy with a blank",
    backupFrom({ from: "copied", namespace: "immich", name: "b2" }),
    {
      "/api/v1/namespaces/immich/secrets/b2": {
        data: { ACCESS_KEY_ID: encoded(" planted"), ACCESS_SECRET_KEY: encoded("planted") },
      },
    },
    "names the Secret immich/b2, whose ACCESS_KEY_ID begins with a blank",
  ],
  [
    "a Secret to copy",
    backupFrom({ from: "copied", namespace: "immich", name: "b2" }),
    {},
    "names the Secret immich/b2, which does not exist.",
  ],
  [
    "External Secrets",
    backupFrom({ from: "external", store: "vault", path: "b2" }),
    {},
    "helm install --kube-context newjoy external-secrets",
  ],
  [
    "a store",
    backupFrom({ from: "external", store: "vault", path: "b2" }),
    {
      "/apis/external-secrets.io/v1": kinds("externalsecrets"),
      "/apis/external-secrets.io/v1/clustersecretstores": objects(),
    },
    "kubernetes.postgres.backup.credentials.store: is vault, but the cluster has no ClusterSecretStore with this name: the cluster has none.",
  ],
  [
    "a newer Kubernetes",
    () => {},
    { "/version": { major: "1", minor: "29" } },
    "runs Kubernetes 1.29, but the minimum is 1.30.",
  ],
  ["a login", () => {}, { "/version": 401 }, "rejected your login (401). Log in again."],
  [
    "an API server",
    () => {},
    { "/version": { hello: "world" } },
    "does not answer like a Kubernetes API server (200).",
  ],
  ["nothing that may not be read", () => {}, { "/apis/storage.k8s.io/v1/storageclasses": 403 }, "nothing"],
];

test.each(cases)("lacks %s", async (_what, change, has, expected) => {
  api.world = { ...whole, ...has };
  const message = await errorOf(change);
  if (expected === "nothing") expect(message).toBe("nothing");
  else if (typeof expected === "string") expect(message).toContain(expected);
  else expect(message).toMatch(expected);
  expect(message).not.toMatch(/planted|cGxhbnRlZA/);
});

test("a namespace that is being deleted is refused", async () => {
  const metadata = { name: "chatwoot", deletionTimestamp: "2026-11-30T12:00:00Z" };
  api.world["/api/v1/namespaces/chatwoot"] = { metadata, status: { phase: "Terminating" } };
  expect(await errorOf()).toContain(
    "kubernetes.namespace: chatwoot is being deleted since 2026-11-30T12:00:00Z, with everything in it. Wait until it is gone: " +
      "`kubectl --context newjoy wait --for=delete namespace/chatwoot --timeout=10m`. " +
      "Then run `pulumi up --refresh`: it names what is missing, and how to create it empty or from a backup.",
  );
});

test("an issuer that names itself otherwise ends the run, with every other problem", async () => {
  const named = { issuer: "https://id.newjoy.ro/" };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(named))));
  const message = await errorOf();
  expect(message).toContain(
    'kubernetes.sso.issuer: is https://id.newjoy.ro, but the issuer names itself "https://id.newjoy.ro/"',
  );
});

test("objects that the pods refer to", async () => {
  const change: Change = ({ settings }) => {
    settings["kubernetes"].createNamespace = false;
    settings["kubernetes"].pods = {
      priorityClassName: "business",
      imagePullSecrets: ["ghcr"],
      overrides: { redis: { imagePullSecrets: ["hub", "ghcr"] } },
    };
  };
  api.world["/apis/scheduling.k8s.io/v1/priorityclasses"] = objects("system-node-critical");
  api.world["/api/v1/namespaces/chatwoot"] = 404;
  expect(linesOf(await errorOf(change))).toEqual([
    "chatwoot:kubernetes.createNamespace: is false, but the namespace chatwoot does not exist. Create it: `kubectl --context newjoy create namespace chatwoot`.",
    "chatwoot:kubernetes.pods.priorityClassName: is business, but the cluster has no priority class with this name: the cluster has system-node-critical. Set one of `kubectl --context newjoy get priorityclass`, or create it.",
    "chatwoot:kubernetes.pods.imagePullSecrets: names the Secret chatwoot/ghcr, which does not exist. Create the namespace if it is missing, then the Secret from a file that `docker login` wrote: `kubectl --context newjoy --namespace chatwoot create secret docker-registry ghcr --from-file=.dockerconfigjson=FILE`.",
    "chatwoot:kubernetes.pods.overrides.redis.imagePullSecrets: names the Secret chatwoot/hub, which does not exist. Create the namespace if it is missing, then the Secret from a file that `docker login` wrote: `kubectl --context newjoy --namespace chatwoot create secret docker-registry hub --from-file=.dockerconfigjson=FILE`.",
  ]);
  api.world["/apis/scheduling.k8s.io/v1/priorityclasses"] = objects("business");
  api.world["/api/v1/namespaces/chatwoot"] = { metadata: { name: "chatwoot" } };
  for (const name of ["ghcr", "hub"]) api.world[`/api/v1/namespaces/chatwoot/secrets/${name}`] = {};
  expect(await errorOf(change)).toBe("nothing");
});

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .slice(1)
    .map((line) => line.trim());

test("a namespace is a stack's own if it has the field manager of this program", async () => {
  const answering = (body: object) => () => Promise.resolve({ status: 200, body });
  const marked = { metadata: { annotations: { "pulumi.com/patchFieldManager": "chatwoot", team: "a" } } };
  expect(await hasMark(answering(marked), "chatwoot")).toBe(true);
  expect(await hasMark(answering({ metadata: { name: "chatwoot" } }), "chatwoot")).toBe(false);
  expect(await hasMark(answering({ kind: "Status", code: 404 }), "chatwoot")).toBe(false);
});
