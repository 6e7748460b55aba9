import { describe, expect, test } from "vitest";
import { network } from "./network.ts";
import { findingsIn, lines, type Change, type World } from "./test-world.ts";
import { operatorNamespaces } from "./whereabouts.ts";

const apiServer = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes";
const usualDns = "/apis/discovery.k8s.io/v1/endpointslices?labelSelector=k8s-app in (kube-dns,coredns,core-dns)";
const openShiftDns =
  "/apis/discovery.k8s.io/v1/endpointslices?labelSelector=dns.operator.openshift.io/owning-dns=default";
const slice = (namespace: string, ...ports: [name: string, protocol: string, port: number][]) => ({
  metadata: { namespace },
  ports: ports.map(([name, protocol, port]) => ({ name, protocol, port })),
});
const coreDns = slice("kube-system", ["dns", "UDP", 53], ["dns-tcp", "TCP", 53], ["metrics", "TCP", 9153]);

const cases: [what: string, world: World, facts: object][] = [
  ["nothing", {}, {}],
  ["no rights", { [apiServer]: 403, [usualDns]: 403, [openShiftDns]: 403 }, {}],
  ["MicroK8s' API server", { [apiServer]: slice("default", ["https", "TCP", 16443]) }, { apiServerPorts: [16443] }],
  [
    "CoreDNS, in two slices",
    { [usualDns]: { items: [coreDns, coreDns] } },
    { dns: [{ namespace: "kube-system", ports: [53] }] },
  ],
  [
    "OpenShift's DNS",
    {
      [openShiftDns]: {
        items: [slice("openshift-dns", ["dns", "UDP", 5353], ["dns-tcp", "TCP", 5353], ["metrics", "TCP", 9154])],
      },
    },
    { dns: [{ namespace: "openshift-dns", ports: [5353] }] },
  ],
];
test.each(cases)("learns from %s", async (_what, world, facts) => {
  const found = await findingsIn(world, network);
  expect(found.facts).toEqual(facts);
  expect(found.problems).toEqual([]);
});

test("what is configured is not asked, nor anything without policies", async () => {
  const asked = async (keys: object) => {
    const { warnings } = await findingsIn(
      { [apiServer]: 403, [usualDns]: 403, [openShiftDns]: 403 },
      network,
      (values) => {
        values.settings["kubernetes"].networkPolicies = keys;
      },
    );
    return warnings.map(({ message }) => message).join();
  };
  expect(await asked({})).toContain("kubernetes.networkPolicies.apiServerPorts, kubernetes.networkPolicies.dns");
  expect(await asked({ apiServerPorts: [8443], dns: { namespace: "dns" } })).toBe("");
  expect(await asked({ enabled: false })).toBe("");
});

describe("operators", () => {
  const operator = "/api/v1/pods?labelSelector=app.kubernetes.io/name=cloudnative-pg";
  const prometheus = "/api/v1/pods?labelSelector=app.kubernetes.io/name in (prometheus,vmagent,alloy)";
  const inNamespace = (...names: string[]) => ({
    items: names.map((namespace) => ({ metadata: { name: "p", namespace } })),
  });
  const set =
    (keys: object): Change =>
    ({ settings }) =>
      Object.assign(settings["kubernetes"], keys);
  const found: [what: string, world: World, change: Change, expected: string[]][] = [
    ["in its namespace", { [operator]: inNamespace("cnpg-system") }, () => {}, []],
    ["unseen", {}, set({ monitoring: {} }), []],
    [
      "elsewhere",
      { [operator]: inNamespace("postgres", "postgres") },
      () => {},
      [
        "kubernetes.networkPolicies.operatorNamespace: is cnpg-system, but CloudNativePG runs in postgres, " +
          "so the database never becomes ready. Set it to postgres",
      ],
    ],
    [
      "elsewhere, configured",
      { [operator]: inNamespace("postgres") },
      set({ networkPolicies: { operatorNamespace: "postgres" } }),
      [],
    ],
    [
      "in its namespace, configured elsewhere",
      { [operator]: inNamespace("cnpg-system") },
      set({ networkPolicies: { operatorNamespace: "cnpg" } }),
      ["is cnpg, but CloudNativePG runs in cnpg-system"],
    ],
    [
      "elsewhere, without policies",
      { [operator]: inNamespace("postgres") },
      set({ networkPolicies: { enabled: false } }),
      [],
    ],
    [
      "a second one",
      { [operator]: inNamespace("postgres") },
      set({ install: { cloudNativePg: true } }),
      ["kubernetes.install.cloudNativePg: installs a second CloudNativePG: one runs in postgres"],
    ],
    [
      "the one that this stack installed",
      { [operator]: inNamespace("cnpg-system") },
      set({ install: { cloudNativePg: true } }),
      [],
    ],
    [
      "Prometheus elsewhere",
      { [prometheus]: inNamespace("observability", "metrics") },
      set({ monitoring: {} }),
      [
        "? kubernetes.networkPolicies.monitoringNamespace: is monitoring, but Prometheus runs in metrics and observability, " +
          "so it gets no metrics. Set it to one of metrics, observability",
      ],
    ],
    ["Prometheus, which nothing lets in", { [prometheus]: inNamespace("observability") }, () => {}, []],
  ];
  test.each(found)("%s", async (_what, world, change, expected) => {
    expect(lines(await findingsIn(world, operatorNamespaces, change))).toEqual(
      expected.map((line) => expect.stringContaining(line)),
    );
  });
});
