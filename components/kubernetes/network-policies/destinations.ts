import { isIP } from "node:net";
import { internet, type Party } from "./parties.ts";
import { isPrivateHost } from "../../../lib/hosts.ts";

export interface Destination {
  party: Party;
  port: number;
}

/**
 * The destination of a host name: `service.namespace.svc…` is the pods of that namespace, a private IP address itself, and
 * any other name the internet. Names of private addresses are only reachable if `allowedNetworks` lists them.
 */
export function destination(host: string, port: number): Destination {
  const namespace = namespaceOf(host);
  if (namespace !== undefined) return { party: { namespace }, port };
  const version = isIP(host);
  if (version !== 0 && isPrivateHost(host))
    return { party: { networks: [{ cidr: `${host}/${version === 4 ? 32 : 128}` }] }, port };
  return { party: internet, port };
}

/** The namespace of a Service's host name; undefined for any other host. */
export function namespaceOf(host: string): string | undefined {
  const [, namespace, domain] = host.toLowerCase().split(".");
  return isIP(host) === 0 && domain === "svc" ? namespace : undefined;
}

export function urlDestination(url: string): Destination {
  const { hostname, port, protocol } = new URL(url);
  return destination(hostname, port === "" ? (protocol === "http:" ? 80 : 443) : Number(port));
}
