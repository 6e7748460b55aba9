import { isIP } from "node:net";
import { internet, type Party } from "./parties.ts";

export interface Destination {
  party: Party;
  port: number;
}

/**
 * Where a host name leads: `service.namespace.svc…` to the pods of that namespace, anything else to the internet. A
 * private address is reached by `allowedNetworks` alone.
 */
export function destination(host: string, port: number): Destination {
  const [, namespace, domain] = host.toLowerCase().split(".");
  if (isIP(host) === 0 && namespace !== undefined && domain === "svc") return { party: { namespace }, port };
  return { party: internet, port };
}

export function urlDestination(url: string): Destination {
  const { hostname, port, protocol } = new URL(url);
  return destination(hostname, port === "" ? (protocol === "http:" ? 80 : 443) : Number(port));
}
