import { isKind, nameOf, specOf } from "../kubernetes.ts";
import { textOf } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const noServiceOutside: Rule<{ allowed: string[] }> = {
  name: "no-service-outside",
  wants: "No Service has a load balancer, a port on the nodes or an address of its own outside of the cluster.",
  reason:
    "Such a Service goes past the ingress: no TLS, no single sign-on, and at most providers a monthly bill. The chart's own default is one.",
  fix: "Make it `type: ClusterIP` and lead requests to it by an Ingress or an HTTPRoute; or list its name in `allowed`.",
  level: "mandatory",
  settings: {
    allowed: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Names of Services that are meant to be reached from outside",
    },
  },
  ofResource(resource, { settings }) {
    if (!isKind(resource, "Service") || settings.allowed.includes(nameOf(resource) ?? "")) return [];
    const spec = specOf(resource);
    const type = textOf(spec["type"]) ?? "ClusterIP";
    if (type === "LoadBalancer" || type === "NodePort")
      return [`Service ${nameOf(resource)} is of type ${type}, reachable past the ingress. Make it ClusterIP.`];
    const addresses: unknown = spec["externalIPs"];
    return Array.isArray(addresses) && addresses.length > 0
      ? [`Service ${nameOf(resource)} has externalIPs, reachable past the ingress. Leave them out.`]
      : [];
  },
};
