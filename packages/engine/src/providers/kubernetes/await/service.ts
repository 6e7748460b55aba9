import type { Props } from "../../../values.ts";
import { pluck } from "../objects.ts";
import type { Awaiter, Observation, Verdict } from "./types.ts";

const noPods =
  "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods";
const noAddress = "Service was not allocated an IP address; does your cloud provider support this?";

/**
 * A Service is ready when its load balancer, if any, has an address, and its endpoints are stable with none pending.
 * Headless services, external names and services without a selector do not wait for endpoints.
 */
export function serviceAwaiter(settleMs: number): Awaiter {
  function judge({ object, related, quietMs }: Observation): Verdict {
    if (!object) return { ready: false, status: "Waiting for the Service to exist", reasons: [] };
    const type: string = pluck(object, "spec", "type") ?? "ClusterIP";
    const hasAddress = type !== "LoadBalancer" || (pluck(object, "status", "loadBalancer", "ingress") ?? []).length > 0;
    const selector: Props = pluck(object, "spec", "selector") ?? {};
    const isFree = type === "ExternalName" || pluck(object, "spec", "clusterIP") === "None";
    const reasons = hasAddress ? [] : [noAddress];
    if (isFree || Object.keys(selector).length === 0) {
      return hasAddress ? { ready: true, reasons } : { ready: false, status: noAddress, reasons };
    }
    const endpoints = related["Endpoints"] ?? [];
    const subsets = endpoints.flatMap((item): Props[] => pluck(item, "subsets") ?? []);
    const isPending = subsets.some((subset) => (subset["notReadyAddresses"] ?? []).length > 0);
    const isTargeting = subsets.some((subset) => (subset["addresses"] ?? []).length > 0);
    if (!isTargeting) reasons.unshift(noPods);
    const quiet = endpoints.length > 0 ? (quietMs["Endpoints"] ?? 0) : 0;
    const isSettled = endpoints.length > 0 && quiet >= settleMs;
    if (hasAddress && isSettled && !isPending)
      return { ready: true, status: "Service initialization complete", reasons: [] };
    const status =
      isSettled && isTargeting
        ? "[2/3] Attempting to allocate IP address to Service"
        : "[1/3] Finding Pods to direct traffic to";
    return {
      ready: false,
      status,
      reasons,
      ...(endpoints.length > 0 && !isSettled ? { recheckMs: settleMs - quiet } : {}),
    };
  }
  return { related: [{ apiVersion: "v1", kind: "Endpoints", name: "same" }], judge };
}
