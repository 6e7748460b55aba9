import { isKind, nameOf, specOf } from "../kubernetes.ts";
import { textOf } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const noServiceOutside: Rule<{ allowed: string[] }> = {
  name: "no-service-outside",
  requirement: "No Service has a load balancer, a node port or an external IP.",
  reason:
    "Such a Service bypasses the ingress: no TLS, no single sign-on, and at most providers a monthly fee. It is the chart's default.",
  fix: "Set `type: ClusterIP` and route requests to it by an Ingress or an HTTPRoute, or add its name to `allowed`.",
  level: "mandatory",
  settings: {
    allowed: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Names of Services that may be reachable from outside",
    },
  },
  ofResource(resource, { settings }) {
    if (!isKind(resource, "Service") || settings.allowed.includes(nameOf(resource) ?? "")) return [];
    const spec = specOf(resource);
    const type = textOf(spec["type"]) ?? "ClusterIP";
    if (type === "LoadBalancer" || type === "NodePort")
      return [`Service ${nameOf(resource)} is of type ${type}, which bypasses the ingress. Set type: ClusterIP.`];
    const addresses: unknown = spec["externalIPs"];
    return Array.isArray(addresses) && addresses.length > 0
      ? [`Service ${nameOf(resource)} has externalIPs, which bypass the ingress. Remove them.`]
      : [];
  },
};
