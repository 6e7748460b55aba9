import type { Endpoint } from "./evaluator.ts";

const chatwoot = (component: string, app = "chatwoot"): Endpoint => ({
  namespace: "chatwoot",
  labels: {
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/part-of": "chatwoot",
    "app.kubernetes.io/component": component,
  },
  address: "10.244.1.5",
});
/** Pods of another namespace. */
export const elsewhere = (namespace: string, labels: Record<string, string> = {}): Endpoint => ({
  namespace,
  labels,
  address: "10.244.9.9",
});
/** An address outside of the cluster. */
export const outside = (address: string): Endpoint => ({ address });

/** Both sides of traffic, by name: pods of the namespace, pods elsewhere, and addresses. */
export const examples: Record<string, Endpoint> = {
  web: chatwoot("web"),
  worker: chatwoot("worker"),
  prepare: chatwoot("preparation"),
  proxy: chatwoot("proxy", "oauth2-proxy-chatwoot"),
  redis: chatwoot("redis", "chatwoot-redis"),
  exporter: chatwoot("redis-exporter", "chatwoot-redis-exporter"),
  drill: chatwoot("restore-drill", "chatwoot-restore-drill"),
  db: { namespace: "chatwoot", labels: { "cnpg.io/cluster": "chatwoot-db" }, address: "10.244.1.6" },
  "drill's db": { namespace: "chatwoot", labels: { "cnpg.io/cluster": "chatwoot-db-drill" }, address: "10.244.1.7" },
  solver: { namespace: "chatwoot", labels: { "acme.cert-manager.io/http01-solver": "true" }, address: "10.244.1.8" },
  stray: { namespace: "chatwoot", labels: { app: "stray" }, address: "10.244.1.9" },
  ingress: elsewhere("ingress-nginx"),
  prometheus: elsewhere("monitoring"),
  operator: elsewhere("cnpg-system", { "app.kubernetes.io/name": "cloudnative-pg" }),
  plugin: elsewhere("cnpg-system", { "app.kubernetes.io/name": "plugin-barman-cloud" }),
  dns: elsewhere("kube-system", { "k8s-app": "kube-dns" }),
  relay: elsewhere("stalwart-mail"),
  neighbour: elsewhere("immich"),
  internet: outside("203.0.113.7"),
  internet6: outside("2001:db8::7"),
  apiserver: outside("192.168.1.10"),
  nas: outside("192.168.1.20"),
  metadata: outside("169.254.169.254"),
  "node's dns": outside("169.254.20.10"),
  "other dns": elsewhere("openshift-dns"),
  balancer: outside("130.211.0.5"),
};
