import type { Props, Resource } from "../resource.ts";
import type { Case } from "./test-cases-closed.ts";
import { object, release, resource, service, workload } from "./test-resources.ts";

const gate = (...args: string[]): Resource =>
  workload("gate", { container: { image: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3", args } });
const ingress = (path: string, name: string, spec: Props = {}): Resource =>
  object("Ingress", "chatwoot", {
    spec: {
      tls: [{ hosts: ["chat.example.com"], secretName: "tls" }],
      rules: [
        {
          host: "chat.example.com",
          http: { paths: [{ path, backend: { service: { name, port: { number: 4180 } } } }] },
        },
      ],
      ...spec,
    },
  });
const route = (value: string, name: string): Resource =>
  object("HTTPRoute", "chatwoot", {
    spec: { rules: [{ matches: [{ path: { type: "PathPrefix", value } }], backendRefs: [{ name, port: 4180 }] }] },
  });

/** Services, routes and TLS. */
export const entranceCases: Readonly<Record<string, Case>> = {
  "no-service-outside": {
    passes: [service("web", "web"), service("redis", "redis", { clusterIP: "None" })],
    breaks: [
      [
        [
          service("chatwoot", "web", { type: "LoadBalancer" }),
          service("node", "web", { type: "NodePort" }),
          service("ip", "web", { externalIPs: ["192.0.2.1"] }),
        ],
        [
          "Service chatwoot is of type LoadBalancer, which bypasses the ingress. Set type: ClusterIP.",
          "Service node is of type NodePort, which bypasses the ingress. Set type: ClusterIP.",
          "Service ip has externalIPs, which can publish it. Remove it.",
        ],
      ],
    ],
  },
  "public-routes": {
    passes: [
      gate("--skip-auth-route=GET=^/health$"),
      service("gate", "gate"),
      ingress("/", "gate"),
      route("/", "gate"),
    ],
    breaks: [
      [
        [
          gate("--skip-auth-route=^/app/"),
          service("gate", "gate"),
          service("web", "web"),
          ingress("/api", "web"),
          route("/rails", "web"),
        ],
        [
          "lets ^/app/ through, which is not in the table of public routes. Add it to the table.",
          "routes /api to web:4180, bypassing single sign-on. Route it to gate:4180.",
          "routes /rails to web:4180, bypassing single sign-on. Route it to gate:4180.",
        ],
      ],
      [
        [resource("chatwoot:kubernetes:SingleSignOn", "sso", {})],
        ["has no proxy, so nothing asks for single sign-on. Add it again."],
      ],
    ],
  },
  "tls-at-the-edge": {
    passes: [ingress("/", "gate"), release()],
    breaks: [
      [
        [
          ingress("/", "gate", { tls: undefined }),
          release({ http_service: { internal_port: 3000, force_https: false } }),
          release({ services: [{ internal_port: 6379, ports: [{ port: 6379 }] }] }),
        ],
        [
          "has no certificate for chat.example.com. Add it to spec.tls.",
          "fly.toml answers plain http. Set force_https = true.",
          "fly.toml opens port 6379 without TLS. Add the handler tls, or remove the port.",
        ],
      ],
    ],
  },
};
