import { isIP } from "node:net";
import { internet, type Party } from "./parties.ts";

export interface Destination {
  party: Party;
  port: number;
}

/**
 * The destination of a host name: `service.namespace.svc…` is the pods of that namespace, any other name the internet.
 * Private addresses are only reachable if `allowedNetworks` lists them.
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
