import { machineConfigOf } from "../fly.ts";
import { isKind, nameOf, specOf } from "../kubernetes.ts";
import { isObject, listOf, textOf, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const tlsAtTheEdge: Rule<{ elsewhere: string[] }> = {
  name: "tls-at-the-edge",
  requirement:
    "External requests use TLS: an Ingress has a certificate for each host, Fly forces https, and Chatwoot's own address is https.",
  reason: "Session cookies, API tokens and customers' messages would cross the network unencrypted.",
  fix: "Set `kubernetes.ingress.clusterIssuer`; if the controller has the certificate, add the Ingress to `elsewhere`. On Fly keep `force_https = true`.",
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
    return [
      ...plainAddresses(config?.["env"] ?? resource.props["data"]),
      ...(config === undefined ? [] : openServices(config)),
    ];
  },
};

function openHosts(ingress: Resource): string[] {
  const { rules, tls } = specOf(ingress);
  const covered = listOf(tls).flatMap(
    ({ hosts, secretName }) =>
      (Array.isArray(hosts) && secretName !== undefined && secretName !== "" ? hosts : []) as unknown[],
  );
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
    .filter(({ handlers, force_https: forced }) => {
      const given: unknown[] = Array.isArray(handlers) ? handlers : [];
      return !given.includes("tls") && !(given.length === 1 && given[0] === "http" && forced === true);
    })
    .map(({ port }) => `fly.toml opens port ${port ?? "range"} without TLS. Add the handler tls, or remove the port.`);
  return [...(plain ? ["fly.toml answers plain http. Set force_https = true."] : []), ...ports];
}

function plainAddresses(environment: unknown): string[] {
  return ["FRONTEND_URL", "HELPCENTER_URL"].flatMap((name) => {
    const url = isObject(environment) ? textOf(environment[name]) : undefined;
    // The chart's own Secret has its values in base64, and is overridden.
    return url?.startsWith("http:") === true ? [`${name} is ${url}. Use https.`] : [];
  });
}
