import { BlockList, isIP } from "node:net";
import type { types } from "@pulumi/kubernetes";

/* Evaluates policies as https://kubernetes.io/docs/concepts/services-networking/network-policies/ defines them. */

type Policy = types.input.networking.v1.NetworkPolicySpec;
type Selector = { matchLabels?: Record<string, string>; matchExpressions?: { key: string; operator: string }[] };
type Peer = {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
};
type Rule = { from?: Peer[]; to?: Peer[]; ports?: { protocol?: string; port?: number }[] };
type Plain = { podSelector: Selector; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] };

/** A pod, or an external address. */
export interface Endpoint {
  namespace?: string;
  labels?: Record<string, string>;
  address: string;
}

export interface Connection {
  from: Endpoint;
  to: Endpoint;
  port: number;
  protocol: "TCP" | "UDP";
}

/** The policies that allow a connection; a side without policies needs none. */
export interface Allowed {
  egress: readonly string[];
  ingress: readonly string[];
}

/** By which policies both sides allow the connection; undefined if one denies it. `home` is the policies' namespace. */
export function allowing(
  policies: Readonly<Record<string, Policy>>,
  home: string,
  connection: Connection,
): Allowed | undefined {
  const { from, to } = connection;
  const egress = side(policies as Record<string, Plain>, home, from, to, "Egress", connection);
  const ingress = side(policies as Record<string, Plain>, home, to, from, "Ingress", connection);
  return egress === undefined || ingress === undefined ? undefined : { egress, ingress };
}

export function isAllowed(policies: Readonly<Record<string, Policy>>, home: string, connection: Connection): boolean {
  return allowing(policies, home, connection) !== undefined;
}

function side(
  policies: Readonly<Record<string, Plain>>,
  home: string,
  subject: Endpoint,
  other: Endpoint,
  direction: "Ingress" | "Egress",
  { port, protocol }: Connection,
): string[] | undefined {
  if (subject.namespace !== home) return [];
  const binding = Object.entries(policies).filter(
    ([, { policyTypes, podSelector }]) => policyTypes.includes(direction) && selects(podSelector, subject.labels),
  );
  if (binding.length === 0) return [];
  const names = binding.flatMap(([name, { ingress = [], egress = [] }]) => {
    const isOpen = (direction === "Ingress" ? ingress : egress).some(({ from, to, ports }) => {
      const peers = direction === "Ingress" ? from : to;
      const meant = peers === undefined || peers.some((peer) => isPeer(peer, home, other));
      const open =
        ports === undefined ||
        ports.some((each) => (each.protocol ?? "TCP") === protocol && (each.port === undefined || each.port === port));
      return meant && open;
    });
    return isOpen ? [name] : [];
  });
  return names.length === 0 ? undefined : names;
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: Peer, home: string, endpoint: Endpoint): boolean {
  // IP blocks are for addresses outside of the cluster; their effect on pod addresses is undefined.
  if (ipBlock !== undefined) return endpoint.namespace === undefined && isWithin(ipBlock, endpoint.address);
  if (endpoint.namespace === undefined) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? endpoint.namespace === home
      : selects(namespaceSelector, { "kubernetes.io/metadata.name": endpoint.namespace });
  return inNamespace && (podSelector === undefined || selects(podSelector, endpoint.labels));
}

function isWithin({ cidr, except = [] }: { cidr: string; except?: string[] }, address: string): boolean {
  return covers(cidr, address) && !except.some((part) => covers(part, address));
}

function covers(cidr: string, address: string): boolean {
  const [network = "", bits = ""] = cidr.split("/");
  if (isIP(network) !== isIP(address)) return false;
  const family = isIP(network) === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string> = {}): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator }) => {
      if (operator !== "Exists") throw new Error(`operator ${operator}: the evaluator does not support it`);
      return key in labels;
    })
  );
}
