import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { machineConfigOf } from "../fly.ts";
import { isKind, nameOf } from "../kubernetes.ts";
import { entriesOf, isObject, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { objectsOf } from "../walk.ts";

export const noServiceOutside: Rule<{ allowed: string[] }> = {
  name: "no-service-outside",
  requirement:
    "Every Service, also of an operator's object, is only reachable in the cluster; on Fly only the app with web is public.",
  reason:
    "Such a Service bypasses the ingress: no TLS, no single sign-on, and at most providers a monthly fee. It is the chart's default.",
  fix: "Set `type: ClusterIP` without external fields or annotations and route requests to it by an Ingress or an HTTPRoute, or add its name to `allowed`.",
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
    if (settings.allowed.includes(nameOf(resource) ?? "")) return [];
    return [
      ...servicesOf(resource).flatMap(({ where, service }) => problems(where, service)),
      ...helperInPublic(resource),
    ];
  },
};

/** The fields that say who reaches a Service only inside the cluster. */
const internal = new Set([
  ...["ports", "selector", "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "publishNotReadyAddresses"],
  ...["sessionAffinity", "sessionAffinityConfig", "internalTrafficPolicy", "trafficDistribution", "type"],
]);
/** Annotations of Pulumi, Helm and Prometheus; other controllers read theirs as a request to publish the Service. */
const harmless = /^(pulumi\.com|meta\.helm\.sh|helm\.sh|prometheus\.io|checksum)\//;

function servicesOf(resource: Resource): { where: string; service: Props }[] {
  if (isKind(resource, "Service")) return [{ where: `Service ${nameOf(resource) ?? ""}`, service: resource.props }];
  if (!resource.type.startsWith("kubernetes:")) return [];
  return objectsOf(resource.props)
    .filter(({ path }) => path.endsWith("serviceTemplate"))
    .map(({ path, object }) => ({ where: path, service: object }));
}

function problems(where: string, { metadata, spec }: Props): string[] {
  const fields: Props = isObject(spec) ? spec : {};
  const type: unknown = fields["type"] === unknownValue ? "ClusterIP" : (fields["type"] ?? "ClusterIP");
  const published = [
    ...entriesOf(fields).flatMap(([name]) => (internal.has(name) ? [] : [name])),
    ...objectsOf(fields["ports"]).flatMap(({ object }) => (object["nodePort"] === undefined ? [] : ["nodePort"])),
    ...entriesOf((metadata as Props | undefined)?.["annotations"]).flatMap(([name]) =>
      harmless.test(name) ? [] : [name],
    ),
  ];
  return [
    ...(type === "ClusterIP"
      ? []
      : [`${where} is of type ${String(type)}, which bypasses the ingress. Set type: ClusterIP.`]),
    ...published.map((name) => `${where} has ${name}, which can publish it. Remove it.`),
  ];
}

function helperInPublic(resource: Resource): string[] {
  const config = machineConfigOf(resource);
  const groups = entriesOf(config?.["processes"]).map(([name]) => name);
  if (config === undefined || groups.length === 0 || groups.includes("web")) return [];
  return ["http_service", "services"]
    .filter((name) => config[name] !== undefined)
    .map(
      (name) =>
        `app ${String(config["app"])} has no web process but ${name} in fly.toml, which publishes it. Remove it.`,
    );
}
