import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import { apiServer } from "./api.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { hasMark } from "./namespace-owner.ts";
import { preflight } from "./preflight.ts";
import { commandsFor, quote } from "./commands.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { rawConfig, type Any } from "../../../tests/helpers/stack-files.ts";

type Change = (values: { settings: Record<string, Any>; secrets: Record<string, string> }) => void;
/** A body, a status, or a raw answer: a text with status 200, or a connection that is reset. */
type Answer = object | number | { raw: string } | "reset";
/** The API server's answers by path. A list is answered one by one, the last answer repeatedly. */
type World = Record<string, Answer | Answer[]>;

const kinds = (...names: string[]) => ({ resources: names.map((name) => ({ name })) });
const objects = (...names: string[]) => ({ items: names.map((name) => ({ metadata: { name } })) });

/** A cluster with everything that the prod stack needs. */
const whole: World = {
  "/version": { major: "1", minor: "36+" },
  "/apis/postgresql.cnpg.io/v1": kinds("clusters", "clusters/status", "databases", "scheduledbackups"),
  "/apis/barmancloud.cnpg.io/v1": kinds("objectstores"),
  "/apis/cert-manager.io/v1": kinds("certificates", "clusterissuers"),
  "/apis/cert-manager.io/v1/clusterissuers": objects("letsencrypt"),
  "/apis/storage.k8s.io/v1/storageclasses": objects("local-ssd", "longhorn-ssd"),
  "/apis/networking.k8s.io/v1/ingressclasses": objects("nginx"),
  "/api/v1/namespaces/chatwoot": { metadata: { name: "chatwoot" } },
};

const encoded = (value: string): string => Buffer.from(value).toString("base64");

let world: World;
/** Denied rights, `resource.group`. */
let denied: string[];
let asked: string[];
let server: Server;
let folder: string;
let kubeconfig: string;

beforeAll(async () => {
  // Retries wait for nothing here.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += String(part)));
    request.on("end", () => {
      const path = request.url ?? "";
      asked.push(`${request.method} ${path}`);
      if (path === "/hang") return;
      const planned = world[path] ?? 404;
      let answer = Array.isArray(planned) ? planned[Math.min(nth(path), planned.length) - 1]! : planned;
      if (path.endsWith("/selfsubjectaccessreviews") && !(path in world)) {
        const { resource, group } = JSON.parse(text).spec.resourceAttributes as Record<string, string>;
        answer = { status: { allowed: !denied.includes([resource, group].filter(Boolean).join(".")) } };
      }
      if (answer === "reset") return void request.socket.resetAndDestroy();
      if (typeof answer === "object" && "raw" in answer) return void response.end(answer.raw);
      response.statusCode = typeof answer === "number" ? answer : 200;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify(typeof answer === "number" ? { kind: "Status", code: answer } : { kind: "Any", ...answer }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  folder = mkdtempSync(join(tmpdir(), "chatwoot-preflight-"));
  kubeconfig = join(folder, "config");
  writeKubeconfig(kubeconfig, "newjoy", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  world = { ...whole };
  denied = [];
  asked = [];
  vi.stubGlobal("fetch", () => Promise.reject(new Error("unreachable")));
});

/** How often a path was read. */
const nth = (path: string): number => asked.filter((line) => line === `GET ${path}`).length;

function writeKubeconfig(path: string, context: string, address: string): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server: address } }],
    users: [{ name: "me", user: { token: "planted-token" } }],
    contexts: [{ name: context, context: { cluster: "one", user: "me" } }],
  };
  writeFileSync(path, JSON.stringify(config));
}

async function errorOf(
  change: Change = () => {},
  env: NodeJS.ProcessEnv = { KUBECONFIG: kubeconfig },
): Promise<string> {
  const settings = parseConfig(rawConfig("prod", change)).settings as KubernetesConfig;
  try {
    await preflight(settings, env);
    return "nothing";
  } catch (error) {
    return (error as Error).message;
  }
}

test("before a first cluster, the backup folder is looked into", async () => {
  const settings = parseConfig(rawConfig("prod")).settings as KubernetesConfig;
  const keys = vi.fn(() => Promise.resolve(undefined));
  await preflight(settings, { KUBECONFIG: kubeconfig }, [], keys);
  expect(keys).toHaveBeenCalledOnce();
});

test("a complete cluster passes, and is only read", async () => {
  expect(await errorOf()).toBe("nothing");
  expect(asked.length).toBeGreaterThan(10);
  const writes = asked.filter((line) => !line.startsWith("GET ") && !line.endsWith("/selfsubjectaccessreviews"));
  expect(writes).toEqual([]);
  expect(new Set(asked.filter((line) => line.startsWith("GET "))).size).toBe(
    asked.filter((line) => line.startsWith("GET ")).length,
  );
});

test("an empty cluster: all problems together, each with the command that fixes it", async () => {
  world = { "/version": { major: "1", minor: "34" }, "/apis/storage.k8s.io/v1/storageclasses": objects("standard") };
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
const backupFrom =
  (source: object): Change =>
  ({ settings, secrets }) => {
    settings["kubernetes"].postgres.backup.credentials = source;
    delete secrets["backupAccessKeyId"];
    delete secrets["backupSecretAccessKey"];
  };
const gatewayOf =
  (gateway: object): Change =>
  ({ settings }) =>
    (settings["kubernetes"].ingress = {
      mode: "gateway",
      gateway: { name: "public", namespace: "gateways", ...gateway },
    });
const gateways = (listener: object): World => ({
  "/apis/gateway.networking.k8s.io/v1": kinds("gateways", "httproutes"),
  "/apis/gateway.networking.k8s.io/v1/namespaces/gateways/gateways": {
    items: [{ metadata: { name: "public" }, spec: { listeners: [{ name: "https", ...listener }] } }],
  },
});
const fromAll = { allowedRoutes: { namespaces: { from: "All" } } };
const existing = "/api/v1/namespaces/chatwoot/secrets/b2";
const data = (keys: string[]) => ({ data: Object.fromEntries(keys.map((key) => [key, "cGxhbnRlZA=="])) });

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
  world = { ...whole, ...has };
  const message = await errorOf(change);
  if (expected === "nothing") expect(message).toBe("nothing");
  else if (typeof expected === "string") expect(message).toContain(expected);
  else expect(message).toMatch(expected);
  expect(message).not.toMatch(/planted|cGxhbnRlZA/);
});

/** The faults of one read that is neither the object nor its absence. */
const faults: [what: string, answer: Answer][] = [
  ["429", 429],
  ["500", 500],
  ["502", 502],
  ["503", 503],
  ["504", 504],
  ["401", 401],
  ["409", 409],
  ["a redirect", 302],
  ["a page that is not JSON", { raw: "<html>planted</html>" }],
  ["an empty answer", { raw: "" }],
  ["null", { raw: "null" }],
  ["JSON of something else", { raw: '{"hello":"world"}' }],
];
/** What only "it is not there" may say. */
const absent = /Install|does not exist|has no |has none|not serve|lacks|may not create|has public/;

/** Everything that the preflight can read, in two configurations. */
const everything: [Change, World][] = [
  [
    (values) => {
      backupFrom({ from: "existing", name: "b2" })(values);
      values.settings["kubernetes"].monitoring = {};
      values.settings["kubernetes"].scaling = { worker: { max: 3 } };
    },
    { [existing]: data(["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"]) },
  ],
  [
    (values) => {
      gatewayOf({})(values);
      backupFrom({ from: "external", store: "vault", path: "b2" })(values);
      values.settings["kubernetes"].install = { cloudNativePg: true };
    },
    { ...gateways(fromAll) },
  ],
];

describe.each(everything)("every read, of configuration %#", (change, has) => {
  const read = async (): Promise<string[]> => {
    await errorOf(change);
    return [...new Set(asked.map((line) => line.split(" ")[1]!))].filter((path) => path !== "/version");
  };

  test.each(faults)(
    "that answers %s could not be asked: the run ends, and nothing is called missing",
    async (_what, answer) => {
      world = { ...whole, ...has };
      const paths = await read();
      expect(paths.length).toBeGreaterThan(9);
      world = { "/version": whole["/version"]!, ...Object.fromEntries(paths.map((path) => [path, answer])) };
      const message = await errorOf(change);
      const lines = message.split("\n").slice(1);
      expect(lines.length).toBeGreaterThan(9);
      expect(lines.filter((line) => !/un the same command again/.test(line))).toEqual([]);
      expect(message).not.toMatch(absent);
      expect(message).not.toContain("planted");
    },
  );

  test("alone: the run ends after any of them, and names the path", async () => {
    world = { ...whole, ...has };
    for (const path of await read()) {
      world = { ...whole, ...has, [path]: { raw: "<html>" } };
      const found = (await errorOf(change)).split("\n").filter((line) => line.includes("un the same command again"));
      // What tells an adoption alone is taken for another owner's if it cannot be read.
      if (!/\/(deployments|statefulsets)\/|\/clusters\/chatwoot-db$/.test(path))
        expect(found.length, path).toBeGreaterThan(0);
      for (const line of found) expect(line).toContain(path.split("/").at(-1));
    }
  });

  test("that the user may not make is assumed, and reported once with every setting", async () => {
    world = { ...whole, ...has };
    const paths = await read();
    const keys = "/api/v1/namespaces/chatwoot/secrets/";
    const denied = paths.filter((path) => !path.startsWith(keys));
    world = { ...world, ...Object.fromEntries(denied.map((path) => [path, 403])) };
    const warn = vi.spyOn(pulumi.log, "warn").mockReturnValue(Promise.resolve());
    expect(await errorOf(change)).not.toMatch(absent);
    const warnings = warn.mock.calls
      .map(([message]) => message)
      .filter((message) => message.includes("lacks the right"));
    expect(warnings).toHaveLength(1);
    for (const key of [
      "kubernetes.redis.storageClass",
      "kubernetes.postgres.image",
      "image",
      "kubernetes.namespace",
      "kubernetes.context",
    ])
      expect(warnings[0]).toContain(key);
    warn.mockRestore();
  });
});

test("a read that is cut is repeated, and an API server that stalls ends the run", async () => {
  const classes = "/apis/storage.k8s.io/v1/storageclasses";
  world[classes] = ["reset", whole[classes] as object];
  expect(await errorOf()).toBe("nothing");
  expect(nth(classes)).toBe(2);
  const config = await loadKubeconfig("newjoy", { KUBECONFIG: kubeconfig });
  await expect(apiServer(config, 100)({ path: "/hang" })).rejects.toThrow(/^no answer from .* within 0\.1 s$/);
});

test("a namespace that is being deleted is refused", async () => {
  const metadata = { name: "chatwoot", deletionTimestamp: "2026-11-30T12:00:00Z" };
  world["/api/v1/namespaces/chatwoot"] = { metadata, status: { phase: "Terminating" } };
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

describe("rights", () => {
  test("that are missing are named, with the command that lists the user's rights", async () => {
    denied = ["deployments.apps", "clusters.postgresql.cnpg.io", "namespaces"];
    expect(await errorOf()).toContain(
      "kubernetes.context: its user may not create deployments.apps, clusters.postgresql.cnpg.io. " +
        "Request these rights in the namespace chatwoot; list your rights with " +
        "`kubectl --context newjoy auth can-i --list --namespace chatwoot`.",
    );
  });

  test("to create the namespace are needed only if it does not exist", async () => {
    denied = ["namespaces"];
    expect(await errorOf()).toBe("nothing");
    delete world["/api/v1/namespaces/chatwoot"];
    expect(await errorOf()).toContain("may not create the namespace chatwoot, which does not exist.");
  });
});

describe("the kubeconfig", () => {
  test("without the context: the available contexts are listed", async () => {
    const [a, b] = [join(folder, "a"), join(folder, "b")];
    writeKubeconfig(a, "home", "https://192.0.2.1");
    writeKubeconfig(b, "work", "https://192.0.2.2");
    expect(await errorOf(() => {}, { KUBECONFIG: `${a}:${b}` })).toBe(
      "The cluster of context newjoy has 1 problem; nothing was changed:\n" +
        "  chatwoot:kubernetes.context: is newjoy, but the kubeconfig has home, work. Set one of those, or set KUBECONFIG to another file.",
    );
  });

  test("that does not exist", async () => {
    expect(await errorOf(() => {}, { HOME: folder })).toContain(
      `there is no kubeconfig at ${join(folder, ".kube", "config")}. Set KUBECONFIG to its path`,
    );
  });

  test("that is invalid", async () => {
    const path = join(folder, "broken");
    writeFileSync(path, "a: [planted");
    const message = await errorOf(() => {}, { KUBECONFIG: path });
    expect(message).toContain(`${path} is not a valid kubeconfig`);
    expect(message.split("\n")).toHaveLength(2);
  });

  test("whose server does not answer, with the workaround", async () => {
    const path = join(folder, "dead");
    writeKubeconfig(path, "newjoy", "http://127.0.0.1:1");
    expect(await errorOf(() => {}, { KUBECONFIG: path })).toMatch(
      /does not answer: connect ECONNREFUSED 127\.0\.0\.1:1\. Try `kubectl --context newjoy version`, or set CHATWOOT_SKIP_PREFLIGHT=1/,
    );
  });
});

describe("the root keys in the cluster", () => {
  const path = "/api/v1/namespaces/chatwoot/secrets/chatwoot-secrets";
  const secret = { kind: "Secret", data: { SECRET_KEY_BASE: Buffer.from("planted-base").toString("base64") } };
  const settings = () => parseConfig(rawConfig("prod")).settings as KubernetesConfig;
  const asked = () => preflight(settings(), { KUBECONFIG: kubeconfig });
  const keys = async () => (await asked()).present;
  const unread = (why: string): string =>
    "The cluster of context newjoy has 1 problem; nothing was changed:\n" +
    `  chatwoot:kubernetes.namespace: the root keys in the Secret chatwoot/chatwoot-secrets cannot be read: ${why}.`;

  test("are read", async () => {
    world[path] = secret;
    expect(await keys()).toEqual({ SECRET_KEY_BASE: "planted-base" });
  });

  test("are read again, and a failure then is an error too", async () => {
    world[path] = [404, secret, 403];
    const { readAgain } = await asked();
    expect(await readAgain!()).toEqual({ SECRET_KEY_BASE: "planted-base" });
    await expect(readAgain!()).rejects.toThrow("you may not `get` the Secret (403)");
  });

  test("are empty without a Secret", async () => {
    world[path] = 404;
    expect(await keys()).toEqual({});
  });

  const again = "Run the same command again";
  const empty =
    "the Secret has no data. Run the same command again; delete the Secret if it is also empty in " +
    "`kubectl --context newjoy --namespace chatwoot get secret chatwoot-secrets --output yaml`";
  const unreadable: [what: string, answer: Answer, tries: number, why: string][] = [
    ["500", 500, 3, `the API server answered 500. ${again}`],
    ["503", 503, 3, `the API server answered 503. ${again}`],
    ["429", 429, 3, `the API server answered 429. ${again}`],
    [
      "403",
      403,
      1,
      "you may not `get` the Secret (403). Request this right in the namespace chatwoot, then run the same command again; " +
        "check it with `kubectl --context newjoy --namespace chatwoot auth can-i get secrets/chatwoot-secrets`",
    ],
    ["401", 401, 1, "the API server rejected your login (401). Log in, then run the same command again"],
    ["409", 409, 1, `the API server answered 409. ${again}`],
    ["a redirect", 302, 1, `the API server answered 302. ${again}`],
    ["a page that is not JSON", { raw: "<html>planted</html>" }, 1, `the answer is not a Secret. ${again}`],
    ["an empty answer", { raw: "" }, 1, `the answer is not a Secret. ${again}`],
    ["JSON of another kind", { hello: "world" }, 1, `the answer is not a Secret. ${again}`],
    ["null", { raw: "null" }, 1, `the answer is not a Secret. ${again}`],
    ["a Secret without data", { kind: "Secret" }, 1, empty],
    ["a Secret whose data is empty", { kind: "Secret", data: {} }, 1, empty],
  ];
  test.each(unreadable)("stop the run after %s", async (_what, answer, tries, why) => {
    world[path] = answer;
    const message = await errorOf();
    expect(message).toBe(unread(why));
    expect(nth(path)).toBe(tries);
  });

  test("stop the run after a connection reset", async () => {
    world[path] = "reset";
    expect(await errorOf()).toMatch(/kubernetes\.context: stopped answering: .+\. Run the same command again\.$/);
  });

  test.each([[[503, secret]], [[429, 500, secret]]])("are read after %o", async (answers) => {
    world[path] = answers;
    expect(await keys()).toEqual({ SECRET_KEY_BASE: "planted-base" });
    expect(nth(path)).toBe(answers.length);
  });

  test("are reported as unread together with all other problems", async () => {
    Object.assign(world, { [path]: 403, "/apis/barmancloud.cnpg.io/v1": 404 });
    const message = await errorOf();
    expect(message).toContain("has 2 problems");
    expect(message).toContain("plugin-barman-cloud");
    expect(message).toContain("you may not `get` the Secret (403)");
  });
});

test("commands are quoted for a shell", () => {
  expect(quote("arn:aws:eks:eu-west-1:1:cluster/x")).toBe("arn:aws:eks:eu-west-1:1:cluster/x");
  expect(quote("my cluster's")).toBe(`'my cluster'\\''s'`);
  expect(commandsFor("my cluster", { operatorNamespace: "cnpg" }).cloudNativePg).toBe(
    "helm install --kube-context 'my cluster' cloudnative-pg cloudnative-pg --repo https://cloudnative-pg.github.io/charts " +
      "--version 0.29.0 --namespace cnpg --create-namespace",
  );
});

describe("running versions", () => {
  const web = "/apis/apps/v1/namespaces/chatwoot/deployments/chatwoot-web";
  const cluster = "/apis/postgresql.cnpg.io/v1/namespaces/chatwoot/clusters/chatwoot-db";
  const operator = `/apis/apps/v1/namespaces/cnpg-system/deployments?labelSelector=${encodeURIComponent("app.kubernetes.io/name=cloudnative-pg")}`;
  const running = (image: string): World => ({ [web]: { spec: { template: { spec: { containers: [{ image }] } } } } });
  const prepared = (...jobs: [tag: string, completionTime: string, isComplete: boolean][]): World => ({
    "/apis/batch/v1/namespaces/chatwoot/jobs": {
      items: jobs.map(([tag, completionTime, isComplete]) => ({
        metadata: { name: `chatwoot-prepare-${tag}` },
        spec: { template: { spec: { containers: [{ image: of(tag) }] } } },
        status: { completionTime, conditions: [{ type: isComplete ? "Complete" : "Failed", status: "True" }] },
      })),
    },
  });
  const data = (major: number): World => ({
    [cluster]: { status: { image: `ghcr.io/cloudnative-pg/postgresql:${major}.2-standard-trixie` } },
  });
  const chart = (version: string): World => ({
    [operator]: { items: [{ metadata: { labels: { "helm.sh/chart": `cloudnative-pg-${version}` } } }] },
  });
  const wants =
    (image: string, uncheckedImage?: string): Change =>
    ({ settings }) =>
      Object.assign(settings, { image, ...(uncheckedImage && { uncheckedImage }) });
  const upgradesTo =
    (
      majorUpgrade: number,
      image = `ghcr.io/cloudnative-pg/postgresql:18.1-standard-trixie@sha256:${"0".repeat(64)}`,
    ): Change =>
    ({ settings }) =>
      Object.assign(settings["kubernetes"].postgres, { image, majorUpgrade });
  const installs: Change = ({ settings }) => (settings["kubernetes"].install = { cloudNativePg: true });
  const of = (tag: string): string => `chatwoot/chatwoot:v${tag}`;

  const cases: [what: string, world: World, change: Change, message: RegExp][] = [
    ["the next version of Chatwoot", running(of("4.16.2")), wants(of("4.17.0")), /^nothing$/],
    [
      "a version that cannot be reached directly",
      running(of("4.0.4")),
      wants(of("4.16.2")),
      /chatwoot:image: .*4\.1\.0, then 4\.16\.2\.$/m,
    ],
    [
      "an older image that was set manually, over a schema that is newer",
      { ...running(of("4.0.0")), ...prepared(["4.0.4", "2026-01-01", true], ["4.16.2", "2026-02-01", true]) },
      wants(of("4.16.2")),
      /^nothing$/,
    ],
    [
      "a newer image that was set manually, over an old schema",
      { ...running(of("4.16.2")), ...prepared(["4.0.4", "2026-01-01", true], ["4.16.2", "", false]) },
      wants(of("4.16.2")),
      /chatwoot:image: is 4\.16\.2, and 4\.0\.4 runs/,
    ],
    ["an older Chatwoot", running(of("4.17.0")), wants(of("4.16.2")), /chatwoot:image: is 4\.16\.2, and 4\.17\.0 runs/],
    ["an older Chatwoot that is allowed", running(of("4.17.0")), wants(of("4.16.2"), of("4.16.2")), /^nothing$/],
    ["the same major version of PostgreSQL", data(17), () => {}, /^nothing$/],
    [
      "a newer one",
      data(17),
      upgradesTo(17),
      /kubernetes\.postgres\.image: .*set kubernetes\.postgres\.majorUpgrade to 18\.$/m,
    ],
    ["a newer one that is allowed", data(17), upgradesTo(18), /^nothing$/],
    ["an older one, which nothing allows", data(18), () => {}, /Use PostgreSQL 18\./],
    ["the next operator", chart("0.28.3"), installs, /^nothing$/],
    ["an operator two minor versions on", chart("0.27.1"), installs, /chart 0\.28\.x first/],
    ["an operator that another owner has installed", chart("0.20.0"), () => {}, /^nothing$/],
  ];
  test.each(cases)("%s", async (_what, there, change, message) => {
    world = { ...whole, ...there };
    expect(await errorOf(change)).toMatch(message);
  });
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
  world["/apis/scheduling.k8s.io/v1/priorityclasses"] = objects("system-node-critical");
  world["/api/v1/namespaces/chatwoot"] = 404;
  expect(linesOf(await errorOf(change))).toEqual([
    "chatwoot:kubernetes.createNamespace: is false, but the namespace chatwoot does not exist. Create it: `kubectl --context newjoy create namespace chatwoot`.",
    "chatwoot:kubernetes.pods.priorityClassName: is business, but the cluster has no priority class with this name: the cluster has system-node-critical. Set one of `kubectl --context newjoy get priorityclass`, or create it.",
    "chatwoot:kubernetes.pods.imagePullSecrets: names the Secret chatwoot/ghcr, which does not exist. Create the namespace if it is missing, then the Secret from a file that `docker login` wrote: `kubectl --context newjoy --namespace chatwoot create secret docker-registry ghcr --from-file=.dockerconfigjson=FILE`.",
    "chatwoot:kubernetes.pods.overrides.redis.imagePullSecrets: names the Secret chatwoot/hub, which does not exist. Create the namespace if it is missing, then the Secret from a file that `docker login` wrote: `kubectl --context newjoy --namespace chatwoot create secret docker-registry hub --from-file=.dockerconfigjson=FILE`.",
  ]);
  world["/apis/scheduling.k8s.io/v1/priorityclasses"] = objects("business");
  world["/api/v1/namespaces/chatwoot"] = { metadata: { name: "chatwoot" } };
  for (const name of ["ghcr", "hub"]) world[`/api/v1/namespaces/chatwoot/secrets/${name}`] = {};
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
