import type { Props } from "../../../values.ts";
import { nameOf, pluck, type KubeObject } from "../objects.ts";
import type { Awaiter, Observation, Verdict } from "./types.ts";

const noAddress = "Ingress .status.loadBalancer field was not updated with a hostname/IP address.";
const noTarget = "Ingress has at least one rule with an unavailable target endpoint.";
/** After this time without any endpoints, a rule without a target is not waited for. */
const graceMs = 60_000;

/** The services in an Ingress's rules. */
function targets(ingress: KubeObject): string[] {
  const rules: Props[] = pluck(ingress, "spec", "rules") ?? [];
  const paths = rules.flatMap((rule): Props[] => pluck(rule, "http", "paths") ?? []);
  return paths.flatMap(
    (path) => pluck(path, "backend", "service", "name") ?? pluck(path, "backend", "serviceName") ?? [],
  );
}

/** An Ingress is ready when it has an address, and its rules' services have endpoints or have been waited for. */
export function ingressAwaiter(settleMs: number): Awaiter {
  function judge({ object, related, quietMs, elapsedMs }: Observation): Verdict {
    if (!object) return { ready: false, status: "Waiting for the Ingress to exist", reasons: [] };
    const isExternal = (service: KubeObject) => pluck(service, "spec", "type") === "ExternalName";
    const external = (related["Service"] ?? []).filter(isExternal).map(nameOf);
    const endpoints = (related["Endpoints"] ?? []).map(nameOf);
    const missing = targets(object).filter((name) => !external.includes(name) && !endpoints.includes(name));
    const limit = endpoints.length > 0 ? settleMs : graceMs;
    const quiet = endpoints.length > 0 ? (quietMs["Endpoints"] ?? 0) : elapsedMs;
    const hasTargets = missing.length === 0 || quiet >= limit;
    const hasAddress = (pluck(object, "status", "loadBalancer", "ingress") ?? []).length > 0;
    if (hasTargets && hasAddress) return { ready: true, status: "Ingress initialization complete", reasons: [] };
    const status = hasTargets
      ? "[2/3] Waiting for update of .status.loadBalancer with hostname/IP"
      : `[1/3] Finding a matching service for each Ingress path (none for ${missing.join(", ")})`;
    const reasons = [...(hasTargets ? [] : [noTarget]), ...(hasAddress ? [] : [noAddress])];
    return { ready: false, status, reasons, ...(hasTargets ? {} : { recheckMs: limit - quiet }) };
  }
  return {
    related: [
      { apiVersion: "v1", kind: "Service" },
      { apiVersion: "v1", kind: "Endpoints" },
    ],
    judge,
  };
}
