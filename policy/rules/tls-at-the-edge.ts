import { machineConfigOf } from "../fly.ts";
import { isKind, nameOf, specOf } from "../kubernetes.ts";
import { isObject, listOf, textOf, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const tlsAtTheEdge: Rule<{ elsewhere: string[] }> = {
  name: "tls-at-the-edge",
  wants: "Requests from outside come by TLS: an Ingress has a certificate for each host, Fly forces https.",
  reason: "Session cookies, API tokens and what customers write would cross the network in the clear.",
  fix: "Set `kubernetes.ingress.clusterIssuer`; where the controller has a certificate of its own, list the Ingress in `elsewhere`. On Fly keep `force_https = true`.",
  level: "mandatory",
  settings: {
    elsewhere: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Names of Ingresses whose controller has the certificate",
    },
  },
  ofResource(resource, { settings }) {
    if (isKind(resource, "Ingress"))
      return settings.elsewhere.includes(nameOf(resource) ?? "") ? [] : openHosts(resource);
    const config = machineConfigOf(resource);
    return config === undefined ? [] : openServices(config);
  },
};

function openHosts(ingress: Resource): string[] {
  const { rules, tls } = specOf(ingress);
  const covered = listOf(tls).flatMap(({ hosts }) => (Array.isArray(hosts) ? hosts : []) as unknown[]);
  return listOf(rules)
    .map(({ host }) => textOf(host) ?? "*")
    .filter((host) => !covered.includes(host) && !covered.includes(host.replace(/^[^.]+/, "*")))
    .map((host) => `has no certificate for ${host}. Add it to spec.tls.`);
}

function openServices(config: Props): string[] {
  const http: unknown = config["http_service"];
  const plain = isObject(http) && http["force_https"] !== true;
  const ports = listOf(config["services"])
    .flatMap((service) => listOf(service["ports"]))
    .filter(({ handlers, force_https: forced }) => !(Array.isArray(handlers) && handlers.includes("tls")) && !forced)
    .map(({ port }) => `fly.toml opens port ${port ?? "range"} without TLS. Add the handler tls, or leave it out.`);
  return [...(plain ? ["fly.toml answers plain http. Set force_https = true."] : []), ...ports];
}
