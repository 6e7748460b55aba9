import { describe, expect, test } from "vitest";
import { renderPolicies } from "./policies.ts";
import { allowedTraffic, type TrafficSettings } from "./rules.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { useExternalPostgres, useExternalRedis, useTeamPostgres } from "../../../tests/helpers/external-services.ts";
import { rawConfig, type Any } from "../../../tests/helpers/stack-files.ts";
import { allowing, isAllowed, type Endpoint } from "./evaluator.ts";
import { elsewhere, examples as parties, outside } from "./examples.ts";

type Change = (values: { settings: Record<string, Any>; secrets: Record<string, string> }) => void;

function settingsOf(change: Change = () => {}): KubernetesConfig {
  return parseConfig(
    rawConfig("prod", (values) => {
      values.settings["kubernetes"].monitoring = {};
      change(values);
    }),
  ).settings as KubernetesConfig;
}

type Line = [from: string, to: string, port: number, protocol?: "TCP" | "UDP"];

const yes: Line[] = [
  ["ingress", "proxy", 4180],
  ["proxy", "web", 3000],
  ["proxy", "internet", 443],
  ["proxy", "ingress", 8443],
  ["web", "db", 5432],
  ["worker", "db", 5432],
  ["prepare", "db", 5432],
  ["web", "redis", 6379],
  ["worker", "redis", 6379],
  ["prepare", "redis", 6379],
  ["web", "relay", 25],
  ["worker", "relay", 25],
  ["web", "internet", 443],
  ["prepare", "internet", 443],
  ["prepare", "relay", 25],
  ["worker", "internet", 443],
  ["worker", "internet6", 443],
  ["worker", "internet", 993],
  ["worker", "internet", 587],
  ["web", "dns", 53],
  ["web", "dns", 53, "UDP"],
  ["redis", "dns", 53, "UDP"],
  ["stray", "node's dns", 53, "UDP"],
  ["db", "db", 5432],
  ["db", "db", 8000],
  ["db", "drill's db", 5432],
  ["db", "apiserver", 6443],
  ["db", "internet", 443],
  ["operator", "db", 8000],
  ["operator", "db", 5432],
  ["operator", "drill's db", 8000],
  ["prometheus", "db", 9187],
  ["prometheus", "proxy", 44180],
  ["prometheus", "exporter", 9121],
  ["exporter", "redis", 6379],
  ["drill", "apiserver", 6443],
  ["drill", "drill's db", 5432],
  ["ingress", "solver", 8089],
];

const no: Line[] = [
  // Bypassing single sign-on.
  ["ingress", "web", 3000],
  ["neighbour", "web", 3000],
  ["neighbour", "proxy", 4180],
  ["prometheus", "web", 3000],
  ["db", "web", 3000],
  ["stray", "web", 3000],
  // To the data stores.
  ["proxy", "db", 5432],
  ["proxy", "redis", 6379],
  ["neighbour", "db", 5432],
  ["neighbour", "redis", 6379],
  ["ingress", "db", 5432],
  ["stray", "db", 5432],
  ["stray", "redis", 6379],
  ["exporter", "db", 5432],
  ["drill", "redis", 6379],
  ["prometheus", "redis", 6379],
  ["prometheus", "db", 5432],
  ["plugin", "db", 5432],
  ["web", "db", 8000],
  ["db", "redis", 6379],
  // From a compromised pod.
  ["web", "apiserver", 6443],
  ["web", "nas", 443],
  ["web", "metadata", 443],
  ["worker", "metadata", 80],
  ["web", "neighbour", 443],
  ["web", "internet", 22],
  ["web", "internet", 5432],
  ["web", "ingress", 443],
  ["web", "relay", 443],
  ["proxy", "nas", 443],
  ["proxy", "relay", 25],
  ["redis", "internet", 443],
  ["exporter", "internet", 443],
  ["exporter", "apiserver", 6443],
  ["solver", "internet", 443],
  ["stray", "internet", 443],
  ["drill", "internet", 80],
  ["db", "internet", 80],
  ["db", "neighbour", 5432],
  ["web", "worker", 7433],
  ["web", "dns", 443],
];

const talk = (
  settings: TrafficSettings,
  [from, to, port, protocol = "TCP"]: [string, string, number, ("TCP" | "UDP")?],
) =>
  isAllowed(renderPolicies(allowedTraffic(settings)), "chatwoot", {
    from: parties[from]!,
    to: parties[to]!,
    port,
    protocol,
  });

describe("the prod stack", () => {
  const settings = settingsOf();
  test.each(yes)("%s may connect to %s on %i", (...line) => expect(talk(settings, line)).toBe(true));
  test.each(no)("%s may not connect to %s on %i", (...line) => expect(talk(settings, line)).toBe(false));

  test("a connection is allowed by a policy of each side in the namespace", () => {
    const policies = renderPolicies(allowedTraffic(settings));
    const by = (from: string, to: string, port: number) =>
      allowing(policies, "chatwoot", { from: parties[from]!, to: parties[to]!, port, protocol: "TCP" });
    expect(by("web", "db", 5432)).toEqual({ egress: ["web"], ingress: ["database"] });
    expect(by("stray", "dns", 53)).toEqual({ egress: ["every-pod"], ingress: [] });
    expect(by("prometheus", "db", 9187)).toEqual({ egress: [], ingress: ["database"] });
    expect(by("neighbour", "relay", 25)).toEqual({ egress: [], ingress: [] });
    expect(by("stray", "db", 5432)).toBeUndefined();
  });

  test("every rule is needed: without it, a connection of the table is rejected", () => {
    const rules = allowedTraffic(settings);
    const idle = rules.filter((rule) => {
      const others = renderPolicies(rules.filter((other) => other !== rule));
      return yes.every(([from, to, port, protocol = "TCP"]) =>
        isAllowed(others, "chatwoot", { from: parties[from]!, to: parties[to]!, port, protocol }),
      );
    });
    // The API server can have any address, so the database can reach every bucket on port 443 anyway.
    expect(idle.map(({ from, why }) => `${JSON.stringify(from)} ${why}`)).toEqual([
      '{"own":"database"} the backup bucket',
    ]);
  });
});

const openShift = { namespace: "openshift-dns", ports: [5353] };
function policies(keys: object): Change {
  return ({ settings }) => (settings["kubernetes"].networkPolicies = keys);
}

const changes: [what: string, change: Change, line: [string, string, number], allowed: boolean][] = [
  ["without single sign-on the ingress connects to web", withoutGate, ["ingress", "web", 3000], true],
  [
    "with domains of help centers too",
    ({ settings }) => (settings["kubernetes"].ingress.helpCenterHosts = ["help.example.com"]),
    ["ingress", "web", 3000],
    true,
  ],
  ["and to nothing else", withoutGate, ["ingress", "redis", 6379], false],
  [
    "without monitoring, Prometheus is rejected",
    ({ settings }) => delete settings["kubernetes"].monitoring,
    ["prometheus", "db", 9187],
    false,
  ],
  [
    "without an issuer, the certificate solver is rejected",
    ({ settings }) => delete settings["kubernetes"].ingress.clusterIssuer,
    ["ingress", "solver", 8089],
    false,
  ],
  [
    "without backups there is no drill",
    ({ settings, secrets }) => {
      delete settings["kubernetes"].postgres.backup;
      delete secrets["backupAccessKeyId"];
      delete secrets["backupSecretAccessKey"];
    },
    ["drill", "apiserver", 6443],
    false,
  ],
  ["a network that is allowed", allow("192.168.1.0/24"), ["web", "nas", 9000], true],
  ["is so for the gate", allow("192.168.1.0/24"), ["proxy", "nas", 443], true],
  ["is so for backups", allow("192.168.1.0/24"), ["db", "nas", 9000], true],
  ["but not for Redis", allow("192.168.1.0/24"), ["redis", "nas", 9000], false],
  ["and other networks stay rejected", allow("192.168.2.0/24"), ["web", "nas", 9000], false],
  ["an external relay is reachable", smtp("smtp.example.com", 2525), ["worker", "internet", 2525], true],
  ["and the internal relay is not", smtp("smtp.example.com", 2525), ["worker", "relay", 25], false],
  ["a relay with a short name", smtp("stalwart.stalwart-mail.svc", 2525), ["worker", "relay", 2525], true],
  [
    "an internal bucket of the archive",
    ({ settings }) => (settings["kubernetes"].postgres.backup.endpoint = "http://minio.immich.svc.cluster.local:9000"),
    ["db", "neighbour", 9000],
    true,
  ],
  ["an external bucket on another port", bucket("https://s3.example.com:9443"), ["web", "internet", 9443], true],
  [
    "a webhook on another port",
    ({ settings }) => (settings["webhooks"] = [{ url: "https://hooks.example.com:8443/in" }]),
    ["worker", "internet", 8443],
    true,
  ],
  [
    "an internal bot",
    ({ settings }) => {
      settings["deliveries"] = { allowPrivateNetwork: true };
      settings["agentBots"] = [{ name: "Bot", url: "http://bot.immich.svc.cluster.local:8443/" }];
    },
    ["worker", "neighbour", 8443],
    true,
  ],
  [
    "another namespace of the ingress",
    ({ settings }) => (settings["kubernetes"].networkPolicies = { ingressNamespace: "immich" }),
    ["neighbour", "proxy", 4180],
    true,
  ],
  [
    "but not the default one",
    ({ settings }) => (settings["kubernetes"].networkPolicies = { ingressNamespace: "immich" }),
    ["ingress", "proxy", 4180],
    false,
  ],
];

const external = (change: Change, servers: Partial<NonNullable<TrafficSettings["external"]>>): TrafficSettings => ({
  ...settingsOf(change),
  external: { databases: [], redis: undefined, ...servers },
});
const shared = elsewhere("databases");
const provider = { host: "db.example.com", port: 5433 };

describe("external servers", () => {
  const both = external(
    (values) => {
      useExternalPostgres(values);
      useExternalRedis(values);
    },
    { databases: [provider, { host: "10.9.0.4", port: 5432 }], redis: { host: "10.9.0.5", port: 6380 } },
  );
  test.each<[Endpoint, Endpoint, number, boolean]>([
    [parties["web"]!, outside("203.0.113.7"), 5433, true],
    [parties["worker"]!, outside("203.0.113.7"), 5433, true],
    [parties["prepare"]!, outside("10.9.0.4"), 5432, true],
    [parties["prepare"]!, outside("10.9.0.5"), 6380, true],
    [parties["worker"]!, outside("10.9.0.5"), 6380, true],
    [parties["exporter"]!, outside("10.9.0.5"), 6380, true],
    [parties["exporter"]!, outside("10.9.0.4"), 5432, false],
    [parties["web"]!, outside("10.9.0.6"), 6380, false],
    [parties["web"]!, outside("203.0.113.7"), 5432, false],
    [parties["proxy"]!, outside("203.0.113.7"), 5433, false],
    [parties["operator"]!, parties["db"]!, 8000, false],
    [parties["web"]!, parties["db"]!, 5432, false],
    [parties["web"]!, parties["redis"]!, 6379, false],
    [parties["prometheus"]!, parties["db"]!, 9187, false],
  ])("%j to %j on %i: %s", (from, to, port, allowed) => {
    const policies = renderPolicies(allowedTraffic(both));
    expect(isAllowed(policies, "chatwoot", { from, to, port, protocol: "TCP" })).toBe(allowed);
  });

  test("leave no policy for pods that do not exist", () => {
    expect(Object.keys(renderPolicies(allowedTraffic(both)))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(database|redis|restore-drill)$/)]),
    );
  });

  test.each<[string, string, Endpoint, boolean]>([
    ["another namespace", "team-db-rw.databases.svc", shared, true],
    ["the stack's namespace", "team-db-rw.chatwoot.svc", parties["db"]!, true],
    ["the stack's namespace, for its operator", "team-db-rw.chatwoot.svc", parties["operator"]!, true],
  ])("CloudNativePG of another team in %s", (_what, host, endpoint, allowed) => {
    const settings = external(useTeamPostgres, { databases: [{ host, port: 5432 }] });
    const policies = renderPolicies(allowedTraffic(settings));
    const [from, to] = endpoint === parties["operator"] ? [endpoint, parties["db"]!] : [parties["web"]!, endpoint];
    const port = endpoint === parties["operator"] ? 8000 : 5432;
    expect(isAllowed(policies, "chatwoot", { from, to, port, protocol: "TCP" })).toBe(allowed);
  });
});

test.each(changes)("%s", (_what, change, line, allowed) => expect(talk(settingsOf(change), line)).toBe(allowed));

const facts: [what: string, seen: TrafficSettings["facts"], change: Change, line: Line, allowed: boolean][] = [
  ["an API server on another port", { apiServerPorts: [16443] }, () => {}, ["db", "apiserver", 16443], true],
  ["also for the drill", { apiServerPorts: [16443] }, () => {}, ["drill", "apiserver", 16443], true],
  ["and for no other pod", { apiServerPorts: [16443] }, () => {}, ["web", "apiserver", 16443], false],
  [
    "on the Service's port, which some plugins see",
    { apiServerPorts: [8443] },
    () => {},
    ["db", "apiserver", 443],
    true,
  ],
  ["that cannot be seen", {}, policies({ apiServerPorts: [8443] }), ["drill", "apiserver", 8443], true],
  [
    "as configured, not as seen",
    { apiServerPorts: [1] },
    policies({ apiServerPorts: [8443] }),
    ["db", "apiserver", 1],
    false,
  ],
  ["DNS elsewhere", { dns: [openShift] }, () => {}, ["web", "other dns", 5353, "UDP"], true],
  ["over TCP", { dns: [openShift] }, () => {}, ["drill", "other dns", 5353], true],
  ["and no longer in its usual place", { dns: [openShift] }, () => {}, ["web", "dns", 53, "UDP"], false],
  ["DNS that cannot be seen", {}, policies({ dns: openShift }), ["db", "other dns", 5353, "UDP"], true],
  ["DNS that was not found", { dns: [] }, () => {}, ["web", "dns", 53, "UDP"], true],
  ["visitors from no pod", {}, policies({ ingressNetworks: ["130.211.0.0/22"] }), ["balancer", "proxy", 4180], true],
  ["for certificates too", {}, policies({ ingressNetworks: ["130.211.0.0/22"] }), ["balancer", "solver", 8089], true],
  ["not past single sign-on", {}, policies({ ingressNetworks: ["130.211.0.0/22"] }), ["balancer", "web", 3000], false],
  ["unless they are allowed", {}, () => {}, ["balancer", "proxy", 4180], false],
];
test.each(facts)("%s", (_what, seen, change, line, allowed) =>
  expect(talk({ ...settingsOf(change), facts: seen ?? {} }, line)).toBe(allowed),
);

function withoutGate({ settings, secrets }: Parameters<Change>[0]): void {
  delete settings["kubernetes"].sso;
  delete secrets["oidcClientId"];
  delete secrets["oidcClientSecret"];
}
function allow(network: string): Change {
  return ({ settings }) => (settings["kubernetes"].networkPolicies = { allowedNetworks: [network] });
}
function smtp(address: string, port: number): Change {
  return ({ settings }) => Object.assign(settings["mail"].smtp, { address, port });
}
function bucket(endpoint: string): Change {
  return ({ settings, secrets }) => {
    settings["storage"] = { kind: "s3", bucket: "attachments", endpoint };
    Object.assign(secrets, { storageAccessKeyId: "id", storageSecretAccessKey: "key" });
  };
}
