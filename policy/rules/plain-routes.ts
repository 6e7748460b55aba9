import { controllers } from "../../components/kubernetes/edge/controllers.ts";
import { isKind, specOf } from "../kubernetes.ts";
import { entriesOf, isObject, listOf, textOf, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const plainRoutes: Rule<{ annotations: string[] }> = {
  name: "plain-routes",
  requirement:
    "An Ingress or HTTPRoute sends a named host to a Service, without annotations, filters and fields that were not reviewed.",
  reason:
    "Annotations and filters rewrite, mirror and redirect requests, switch TLS and sign-on off, or add code to the controller's configuration.",
  fix: "Remove it, or review the annotation and add its name to `annotations`.",
  level: "mandatory",
  settings: {
    annotations: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Reviewed annotations of `kubernetes.ingress.annotations`",
    },
  },
  ofResource(resource, { settings }) {
    if (isKind(resource, "Ingress"))
      return [...annotationsOf(resource, settings.annotations), ...ofIngress(specOf(resource))];
    if (isKind(resource, "HTTPRoute"))
      return [...annotationsOf(resource, settings.annotations), ...ofRoute(specOf(resource))];
    return isKind(resource, "ReferenceGrant") ? ofGrant(specOf(resource)) : [];
  },
};

const ofControllers = new Set(controllers.flatMap(({ annotations }) => Object.keys(annotations?.("") ?? {})));

function annotationsOf({ props }: Resource, reviewed: readonly string[]): string[] {
  return entriesOf(props["metadata"]?.["annotations"])
    .map(([name]) => name)
    .filter((name) => !name.startsWith("pulumi.com/") && name !== "cert-manager.io/cluster-issuer")
    .filter((name) => !ofControllers.has(name) && !reviewed.includes(name))
    .map((name) => `has the annotation ${name}, which was not reviewed. Remove it, or add it to annotations.`);
}

function ofIngress(spec: Props): string[] {
  const paths = listOf(spec["rules"]).flatMap(({ http }) => listOf((http as Props | undefined)?.["paths"]));
  return [
    ...others(spec, "spec", ["ingressClassName", "rules", "tls", "defaultBackend"]),
    ...listOf(spec["rules"]).flatMap(({ host }) => hostProblems(host)),
    ...[...paths.map(({ backend }) => backend), spec["defaultBackend"]]
      .filter(isObject)
      .flatMap((backend) => others(backend, "a backend", ["service"])),
  ];
}

function ofRoute(spec: Props): string[] {
  const rules = listOf(spec["rules"]);
  const hosts: unknown[] = Array.isArray(spec["hostnames"]) ? spec["hostnames"] : [undefined];
  return [
    ...others(spec, "spec", ["parentRefs", "hostnames", "rules"]),
    ...(hosts.length === 0 ? hostProblems(undefined) : hosts.flatMap(hostProblems)),
    ...listOf(spec["parentRefs"]).flatMap((parent) => others(parent, "a parent", ["name", "namespace", "sectionName"])),
    ...rules.flatMap((rule) => others(rule, "a rule", ["name", "matches", "backendRefs", "timeouts"])),
    ...rules.flatMap(({ backendRefs }) =>
      listOf(backendRefs).flatMap((each) => others(each, "a backend", ["name", "port", "weight"])),
    ),
  ];
}

function ofGrant(spec: Props): string[] {
  const wrong = [
    ...listOf(spec["from"]).filter(
      ({ group, kind, namespace }) =>
        group !== "gateway.networking.k8s.io" || kind !== "Gateway" || textOf(namespace) === undefined,
    ),
    ...listOf(spec["to"]).filter(
      ({ group, kind, name }) => group !== "" || kind !== "Secret" || textOf(name) === undefined,
    ),
  ];
  return wrong.length === 0 ? [] : ["grants more than a Gateway's access to one named Secret. Name the Secret."];
}

function hostProblems(host: unknown): string[] {
  if (typeof host === "string" && host !== "" && !host.includes("*")) return [];
  return [`answers for ${typeof host === "string" && host !== "" ? host : "every host"}. Name the host.`];
}

function others(value: Props, where: string, allowed: readonly string[]): string[] {
  return entriesOf(value)
    .filter(([name]) => !allowed.includes(name))
    .map(([name]) => `has ${name} in ${where}, which was not reviewed. Remove it.`);
}
