import type { Props } from "../../../policy/resource.ts";
import type { BadChange, Stack } from "./stacks.ts";

/* Changes that break a rule, written from its one-line promise. */

const proxy = "sso-proxy";
const ingressClass = { ingressClassName: "nginx", tls: [{ hosts: ["chat.newjoy.ro"], secretName: "t" }] };
const toWeb = { service: { name: "chatwoot", port: { number: 3000 } } };
const rule = (backend: Props, host?: string) => ({
  ...(host === undefined ? {} : { host }),
  http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
});
const args = (s: Stack): string[] => s.container("Deployment", proxy).args as string[];
const swap = (s: Stack, from: RegExp, to: string): void => {
  const all = args(s);
  all[all.findIndex((each) => from.test(each))] = to;
};
const annotate =
  (key: string, value: string): ((s: Stack) => void) =>
  (s) =>
    (s.props("Ingress")["metadata"].annotations[key] = value);
const service = "chatwoot-chart:chatwoot/chatwoot";

export const badRoutes: Record<string, BadChange[]> = {
  "no-service-outside": [
    ["a load balancer", (s) => (s.spec("Service", service).type = "LoadBalancer")],
    ["a node port", (s) => (s.spec("Service", "redis-service").type = "NodePort")],
    [
      "an external name",
      (s) => Object.assign(s.spec("Service", service), { type: "ExternalName", externalName: "evil.example" }),
    ],
    ["external addresses", (s) => (s.spec("Service", service).externalIPs = ["192.0.2.1"])],
    ["the address of a load balancer", (s) => (s.spec("Service", service).loadBalancerIP = "192.0.2.1")],
    ["the port of a node", (s) => (s.spec("Service", service).ports[0].nodePort = 30_000)],
    [
      "an annotation that publishes",
      (s) => (s.props("Service", service)["metadata"].annotations["tailscale.com/expose"] = "true"),
    ],
    [
      "a Service of its own",
      (s) =>
        s.add("v1", "Service", { spec: { type: "LoadBalancer", selector: { role: "web" }, ports: [{ port: 80 }] } }),
    ],
    [
      "the database's own Service",
      (s) =>
        (s.spec("Cluster").managed = {
          services: {
            additional: [
              { selectorType: "rw", serviceTemplate: { metadata: { name: "out" }, spec: { type: "LoadBalancer" } } },
            ],
          },
        }),
    ],
    [
      "a pooler's Service",
      (s) => s.add("postgresql.cnpg.io/v1", "Pooler", { spec: { serviceTemplate: { spec: { type: "NodePort" } } } }),
    ],
    [
      "Fly's Redis",
      (s) =>
        s.toml(
          "redis-deployment-release",
          (t) =>
            `${t}\n[[services]]\ninternal_port = 6379\nprotocol = "tcp"\n[[services.ports]]\nport = 6379\nhandlers = ["tls"]\n`,
        ),
      "staging",
    ],
  ],
  "plain-routes": [
    ["code for the controller", annotate("nginx.ingress.kubernetes.io/configuration-snippet", "deny all;")],
    ["a copy of every request", annotate("nginx.ingress.kubernetes.io/mirror-target", "https://evil.example")],
    ["no TLS", annotate("nginx.ingress.kubernetes.io/ssl-redirect", "false")],
    ["another path", annotate("nginx.ingress.kubernetes.io/rewrite-target", "/super_admin")],
    ["another sign-on", annotate("nginx.ingress.kubernetes.io/auth-url", "https://evil.example")],
    ["Traefik's middlewares", annotate("traefik.ingress.kubernetes.io/router.middlewares", "a@kubernetescrd")],
    ["every host", (s) => delete s.spec("Ingress").rules[0].host],
    ["every subdomain", (s) => (s.spec("Ingress").rules[0].host = "*.newjoy.ro")],
    [
      "a backend that is no Service",
      (s) =>
        (s.spec("Ingress").rules[0].http.paths[0].backend = { resource: { apiGroup: "a", kind: "Bucket", name: "b" } }),
    ],
    [
      "a redirect",
      (s) =>
        (s.spec("HTTPRoute").rules[0].filters = [
          { type: "RequestRedirect", requestRedirect: { hostname: "evil.example" } },
        ]),
      "largest",
    ],
    [
      "a header for the backend",
      (s) => (s.spec("HTTPRoute").rules[0].backendRefs[0].filters = [{ type: "RequestHeaderModifier" }]),
      "largest",
    ],
    [
      "a Service of another namespace",
      (s) => (s.spec("HTTPRoute").rules[0].backendRefs[0].namespace = "other"),
      "largest",
    ],
    ["every host of the Gateway", (s) => delete s.spec("HTTPRoute").hostnames, "largest"],
    ["every Secret for the Gateway", (s) => delete s.spec("ReferenceGrant").to[0].name, "largest"],
    ["the Secret for routes", (s) => (s.spec("ReferenceGrant").from[0].kind = "HTTPRoute"), "largest"],
  ],
  "public-routes": [
    [
      "the front page of Chatwoot's own host",
      (s) => s.spec("Ingress").rules[0].http.paths.unshift({ path: "/", pathType: "Exact", backend: toWeb }),
    ],
    ["every page of a help center", (s) => s.spec("Ingress").rules.push(rule(toWeb, "help.example.com"))],
    [
      "one page more of a help center",
      (s) =>
        s.spec("Ingress").rules.push({
          host: "help.example.com",
          http: { paths: [{ path: "/app", pathType: "Exact", backend: toWeb }] },
        }),
    ],
    [
      "a help center on every host",
      (s) => s.spec("Ingress").rules.push({ http: { paths: [{ path: "/", pathType: "Exact", backend: toWeb }] } }),
    ],
    [
      "no gate and no component",
      (s) => {
        s.resources = s.resources.filter(({ urn }) => !urn.includes("SingleSignOn"));
      },
    ],
    ["a route of staff", (s) => args(s).push("--skip-auth-route=^/app/")],
    ["every route", (s) => args(s).push("--skip-auth-route=.*")],
    ["one method of a route", (s) => args(s).push("--skip-auth-route=GET=^/super_admin")],
    ["a wider route", (s) => swap(s, /skip-auth-route=GET=\^\/widget\$/, "--skip-auth-route=GET=^/widget")],
    ["web instead of the gate", (s) => (s.spec("Ingress").rules[0].http.paths[0].backend = toWeb)],
    [
      "one path to web",
      (s) => s.spec("Ingress").rules[0].http.paths.push({ path: "/api", pathType: "Prefix", backend: toWeb }),
    ],
    ["everything else to web", (s) => (s.spec("Ingress").defaultBackend = toWeb)],
    [
      "a second Ingress",
      (s) =>
        s.add("networking.k8s.io/v1", "Ingress", { spec: { ...ingressClass, rules: [rule(toWeb, "chat.newjoy.ro")] } }),
    ],
    [
      "a part of the requests to web",
      (s) => s.spec("HTTPRoute").rules[0].backendRefs.push({ name: "chatwoot", port: 3000, weight: 1 }),
      "largest",
    ],
    [
      "another route of the Gateway",
      (s) =>
        s.add("gateway.networking.k8s.io/v1", "HTTPRoute", {
          spec: { hostnames: ["a.example"], rules: [{ backendRefs: [{ name: "chatwoot", port: 3000 }] }] },
        }),
    ],
    ["the gate's metrics", (s) => (s.spec("Ingress").rules[0].http.paths[0].backend.service.port = { number: 44_180 })],
    ["the gate's Service leads to web", (s) => (s.spec("Service", "sso-service").selector = { role: "web" })],
    [
      "the gate's Service leads to every pod",
      (s) => (s.spec("Service", "sso-service").selector = { "app.kubernetes.io/part-of": "chatwoot" }),
    ],
    ["no gate", (s) => s.remove("Deployment", proxy)],
    ["no Service of the gate", (s) => s.remove("Service", "sso-service")],
  ],
  "tls-at-the-edge": [
    ["no certificate", (s) => delete s.spec("Ingress").tls],
    ["of another host", (s) => (s.spec("Ingress").tls[0].hosts = ["other.newjoy.ro"])],
    ["of no host", (s) => delete s.spec("Ingress").tls[0].hosts],
    ["without its Secret", (s) => delete s.spec("Ingress").tls[0].secretName],
    ["a second host without", (s) => s.spec("Ingress").rules.push(rule(toWeb, "b.newjoy.ro"))],
    [
      "an Ingress without",
      (s) => s.add("networking.k8s.io/v1", "Ingress", { spec: { rules: [rule(toWeb, "chat.newjoy.ro")] } }),
    ],
    [
      "an address without",
      (s) => (s.props("ConfigMap", "environment-settings")["data"].FRONTEND_URL = "http://chat.newjoy.ro"),
    ],
    [
      "Fly answers http",
      (s) => s.toml("deployment-release", (t) => t.replace("force_https = true", "force_https = false")),
      "staging",
    ],
    ["Fly does not say", (s) => s.toml("deployment-release", (t) => t.replace("force_https = true\n", "")), "staging"],
    [
      "a port of Fly without",
      (s) =>
        s.toml(
          "deployment-release",
          (t) => `${t}\n[[services]]\ninternal_port = 3000\n[[services.ports]]\nport = 8080\nhandlers = ["http"]\n`,
        ),
      "staging",
    ],
    [
      "Fly's address without",
      (s) => s.toml("deployment-release", (t) => t.replace('FRONTEND_URL = "https', 'FRONTEND_URL = "http')),
      "staging",
    ],
  ],
};
