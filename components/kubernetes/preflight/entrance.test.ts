import { describe, expect, test } from "vitest";
import { controllers } from "../edge/controllers.ts";
import { entrance } from "./entrance.ts";
import { findingsIn, lines, type Change, type World } from "./test-world.ts";

const classOf = (controller: string, name = "nginx"): World => ({
  "/apis/networking.k8s.io/v1/ingressclasses": { items: [{ metadata: { name }, spec: { controller } }] },
});
const gatewayOf = (controllerName: string): World => ({
  "/apis/gateway.networking.k8s.io/v1/namespaces/gateways/gateways": {
    items: [{ metadata: { name: "public" }, spec: { gatewayClassName: "any" } }],
  },
  "/apis/gateway.networking.k8s.io/v1/gatewayclasses": {
    items: [{ metadata: { name: "any" }, spec: { controllerName } }],
  },
});
const gateway: Change = ({ settings }) => {
  settings["kubernetes"].ingress = { mode: "gateway", gateway: { name: "public", namespace: "gateways" } };
};
const policies =
  (keys: object, more: Change = () => {}): Change =>
  (values) => {
    values.settings["kubernetes"].networkPolicies = keys;
    more(values);
  };
const pod = (namespace: string, labels: Record<string, string>, hostNetwork = false) => ({
  metadata: { name: "p", namespace, labels },
  spec: { hostNetwork },
});
const podLabels = [
  "app.kubernetes.io/name",
  "app.kubernetes.io/component",
  "name",
  "istio",
  "gateway.networking.k8s.io/gateway-name",
  "gateway.envoyproxy.io/owning-gateway-name",
];
/** The lists of pods by their label. */
const pods = (...items: ReturnType<typeof pod>[]): World =>
  Object.fromEntries(
    podLabels.map((label) => [label, { items: items.filter(({ metadata }) => label in metadata.labels) }]),
  );

/** The path of a list depends on every controller's labels, so the world answers by the label. */
async function found(world: World, change?: Change) {
  const byLabel = new Proxy(world, {
    get: (there, path: string) => there[path] ?? there[/labelSelector=(\S+) in /.exec(path)?.[1] ?? ""],
  });
  return findingsIn(byLabel, entrance, change);
}
const name = (value: string) => ({ "app.kubernetes.io/name": value });

describe("the namespace of the controller", () => {
  const cases: [what: string, world: World, change: Change, expected: string[]][] = [
    [
      "as configured",
      { ...classOf("k8s.io/ingress-nginx"), ...pods(pod("ingress-nginx", name("ingress-nginx"))) },
      () => {},
      [],
    ],
    [
      "RKE2's ingress-nginx",
      { ...classOf("k8s.io/ingress-nginx"), ...pods(pod("kube-system", name("rke2-ingress-nginx"))) },
      () => {},
      [
        "kubernetes.networkPolicies.ingressNamespace: is ingress-nginx, but ingress-nginx runs in kube-system, " +
          "so visitors get no answer (504). Set it to kube-system",
      ],
    ],
    [
      "MicroK8s'",
      { ...classOf("k8s.io/ingress-nginx"), ...pods(pod("ingress", { name: "nginx-ingress-microk8s" })) },
      () => {},
      ["runs in ingress, "],
    ],
    [
      "k3s's Traefik behind a class with another name",
      { ...classOf("traefik.io/ingress-controller"), ...pods(pod("kube-system", name("traefik"))) },
      () => {},
      ["but Traefik runs in kube-system, "],
    ],
    [
      "configured for it",
      { ...classOf("traefik.io/ingress-controller"), ...pods(pod("kube-system", name("traefik"))) },
      policies({ ingressNamespace: "kube-system" }),
      [],
    ],
    [
      "pods of another controller",
      { ...classOf("traefik.io/ingress-controller"), ...pods(pod("elsewhere", name("ingress-nginx"))) },
      () => {},
      [],
    ],
    [
      "two releases, of which one is configured",
      {
        ...classOf("k8s.io/ingress-nginx"),
        ...pods(pod("a", name("ingress-nginx")), pod("ingress-nginx", name("ingress-nginx"))),
      },
      () => {},
      [],
    ],
    [
      "the nodes' network",
      { ...classOf("k8s.io/ingress-nginx"), ...pods(pod("ingress-nginx", name("ingress-nginx"), true)) },
      () => {},
      ["? kubernetes.networkPolicies.ingressNetworks: is empty, but ingress-nginx uses the network of its nodes"],
    ],
    [
      "the nodes' network, configured",
      { ...classOf("k8s.io/ingress-nginx"), ...pods(pod("elsewhere", name("ingress-nginx"), true)) },
      policies({ ingressNetworks: ["192.168.1.0/24"] }),
      [],
    ],
    [
      "no policies",
      { ...classOf("k8s.io/ingress-nginx"), ...pods(pod("kube-system", name("ingress-nginx"))) },
      policies({ enabled: false }),
      [],
    ],
    [
      "Envoy Gateway's proxies",
      {
        ...gatewayOf("gateway.envoyproxy.io/gatewayclass-controller"),
        ...pods(pod("envoy-gateway-system", { "gateway.envoyproxy.io/owning-gateway-name": "public" })),
      },
      gateway,
      ["Envoy Gateway runs in envoy-gateway-system, "],
    ],
    [
      "Istio's, beside the Gateway",
      {
        ...gatewayOf("istio.io/gateway-controller"),
        ...pods(pod("gateways", { "gateway.networking.k8s.io/gateway-name": "public" })),
      },
      policies({ ingressNamespace: "gateways" }, gateway),
      [],
    ],
    [
      "proxies of another Gateway",
      {
        ...gatewayOf("istio.io/gateway-controller"),
        ...pods(pod("gateways", { "gateway.networking.k8s.io/gateway-name": "internal" })),
      },
      gateway,
      [],
    ],
  ];
  test.each(cases)("%s", async (_what, world, change, expected) => {
    expect(lines(await found(world, change))).toEqual(expected.map((line) => expect.stringContaining(line)));
  });
});

describe("what the controller needs", () => {
  const deployed = { "/apis/networking.k8s.io/v1/namespaces/chatwoot/ingresses/chatwoot": {} };
  const cases: [what: string, world: World, change: Change, expected: string[]][] = [
    ["nothing of Traefik", classOf("traefik.io/ingress-controller"), () => {}, []],
    ["nothing of an unknown one", classOf("example.com/ingress"), () => {}, []],
    [
      "networks of a load balancer",
      classOf("ingress.k8s.aws/alb"),
      () => {},
      [
        "? kubernetes.ingress.className: is served by AWS Load Balancer Controller: its traffic comes from the load balancer's subnets",
      ],
    ],
    ["networks that are listed", classOf("ingress.k8s.aws/alb"), policies({ ingressNetworks: ["10.0.0.0/16"] }), []],
    ["what was named before the first deployment", { ...classOf("ingress.k8s.aws/alb"), ...deployed }, () => {}, []],
    [
      "a policy for large bodies",
      gatewayOf("gateway.nginx.org/nginx-gateway-controller"),
      gateway,
      ["? kubernetes.ingress.gateway: is served by NGINX Gateway Fabric: it rejects bodies above 1 MB (413)"],
    ],
    ["an identity of Cilium", gatewayOf("io.cilium/gateway-controller"), gateway, ["fromEntities: [ingress]"]],
    ["health checks and timeouts of Google", gatewayOf("networking.gke.io/gateway"), gateway, ["timeoutSec: 3600"]],
  ];
  test.each(cases)("%s", async (_what, world, change, expected) => {
    expect(lines(await found(world, change))).toEqual(expected.map((line) => expect.stringContaining(line)));
  });
});

test("the program learns the controller, of an unknown kind too", async () => {
  expect((await found(classOf("example.com/ingress"))).facts).toEqual({ controller: "example.com/ingress" });
  expect((await found(gatewayOf("istio.io/gateway-controller"), gateway)).facts).toEqual({
    controller: "istio.io/gateway-controller",
  });
  expect((await found({})).facts).toEqual({});
  expect((await found({ "/apis/networking.k8s.io/v1/ingressclasses": 403 })).facts).toEqual({});
});

test("no controller is known by two names", () => {
  const ids = ["k8s.io/ingress-nginx", "nginx.org/ingress-controller", "gateway.nginx.org/nginx-gateway-controller"];
  for (const id of ids) expect(controllers.filter((each) => each.id.test(id))).toHaveLength(1);
});
