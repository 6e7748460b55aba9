import { isDatabase, isKind, namespaceOf, podsOf, sameNamespace, specOf } from "../kubernetes.ts";
import { entriesOf, isObject, listOf, textOf, type Props, type Resource } from "../resource.ts";
import type { Rule, Violation } from "../rule.ts";

export const closedNetworks: Rule = {
  name: "closed-networks",
  requirement:
    "With `networkPolicies`, every namespace with pods rejects traffic by default, and each exception names its pods, peers and ports; the internet excludes private networks.",
  reason:
    "A compromised pod reaches the database, the cloud's metadata and every neighbour unless a policy rejects it, and one open rule is enough.",
  fix: "Use `kubernetes.networkPolicies` in the stack file; components/kubernetes/network-policies/rules.ts has every allowed connection.",
  level: "mandatory",
  settings: {},
  ofStack(resources) {
    const policies = resources.filter((resource) => isKind(resource, "NetworkPolicy"));
    const isUsed = policies.length > 0 || resources.some(({ type }) => type === "chatwoot:kubernetes:NetworkPolicies");
    return isUsed ? [...openNamespaces(resources, policies), ...policies.flatMap(openPolicies)] : [];
  },
};

/** One violation for each namespace, at its first pod. */
function openNamespaces(resources: readonly Resource[], policies: readonly Resource[]): Violation[] {
  const running = resources.filter((resource) => podsOf(resource).length > 0 || isDatabase(resource));
  const namespaces = new Map(running.map((resource) => [namespaceOf(resource), resource]));
  return [...namespaces.values()]
    .filter((resource) => !policies.some((policy) => sameNamespace(policy, resource) && rejectsAll(specOf(policy))))
    .map((resource) => ({
      resource,
      message: `its namespace ${namespaceOf(resource) ?? ""} has no NetworkPolicy that rejects everything by default. Add chatwoot-default-deny again.`,
    }));
}

function rejectsAll({ podSelector, policyTypes, ingress, egress }: Props): boolean {
  const types: unknown[] = Array.isArray(policyTypes) ? policyTypes : [];
  return (
    isEmpty(podSelector) &&
    types.includes("Ingress") &&
    types.includes("Egress") &&
    [ingress, egress].every((rules) => listOf(rules).length === 0 && !hasItems(rules))
  );
}

function openPolicies(policy: Resource): Violation[] {
  const spec = specOf(policy);
  const own = ["podSelector", "policyTypes", "ingress", "egress"];
  const wide = listOf(spec["egress"]).filter(reachesEverything);
  const problems = [
    ...(wide.length > 1 ? ["opens more than the API server without except. Add private networks to except"] : []),
    ...Object.keys(spec)
      .filter((key) => !own.includes(key))
      .map((key) => `has ${key}. Remove it`),
    ...(isEmpty(spec["podSelector"]) ? everyPodProblems(spec) : selectorProblems("podSelector", spec["podSelector"])),
    ...listOf(spec["ingress"]).flatMap((rule) => ruleProblems("ingress", "from", rule, spec)),
    ...listOf(spec["egress"]).flatMap((rule) => ruleProblems("egress", "to", rule, spec)),
  ];
  return problems.map((problem) => ({ resource: policy, message: `${problem}.` }));
}

/** What every pod may do: ask for names, and nothing else. */
function everyPodProblems({ ingress, egress }: Props): string[] {
  const ports = listOf(egress).flatMap((rule) => listOf(rule["ports"]));
  const isDns =
    listOf(egress).every((rule) => hasItems(rule["ports"])) && ports.every(({ port }) => port === 53 || port === 5353);
  return !hasItems(ingress) && isDns ? [] : ["opens more than DNS for every pod. Select the pods"];
}

function ruleProblems(direction: string, side: "from" | "to", rule: Props, spec: Props): string[] {
  const peers = listOf(rule[side]);
  const ports = listOf(rule["ports"]);
  const others = Object.keys(rule).filter((key) => key !== side && key !== "ports");
  // Egress to named pods and networks may use each port; what they answer on is theirs.
  const portsNeeded =
    side === "from" || peers.some(({ ipBlock }) => isObject(ipBlock) && isWide(textOf(ipBlock["cidr"]) ?? ""));
  return [
    ...(peers.length === 0 ? [`allows ${direction} for every peer. Name the peers`] : []),
    ...others.map((key) => `has ${key} in ${direction}. Remove it`),
    ...(portsNeeded && (ports.length === 0 || ports.some(({ port }) => port === undefined))
      ? [`allows ${direction} on every port. Name the ports`]
      : []),
    ...ports.flatMap(({ endPort }) =>
      endPort === undefined ? [] : [`allows a range of ports in ${direction}. Name the ports`],
    ),
    ...peers.flatMap((peer) => peerProblems(direction, peer, asksApiServer(spec["podSelector"], ports))),
  ];
}

function peerProblems(direction: string, peer: Props, asksApi: boolean): string[] {
  const { ipBlock, podSelector, namespaceSelector, ...others } = peer;
  if (Object.keys(others).length > 0 || Object.keys(peer).length === 0)
    return [`has a peer without a selector in ${direction}. Name it`];
  if (isObject(ipBlock)) return blockProblems(direction, ipBlock, asksApi);
  return [
    ...(namespaceSelector === undefined ? [] : namespaceProblems(direction, namespaceSelector)),
    ...(podSelector === undefined ? [] : selectorProblems(`a peer of ${direction}`, podSelector)),
  ];
}

/** A namespace by its name, which only the API server sets. */
function namespaceProblems(direction: string, selector: unknown): string[] {
  const names =
    isObject(selector) && Object.keys(selector).join() === "matchLabels" ? entriesOf(selector["matchLabels"]) : [];
  return names.some(([key, value]) => key === "kubernetes.io/metadata.name" && textOf(value) !== undefined)
    ? []
    : [`allows ${direction} for namespaces by other labels than their name. Use kubernetes.io/metadata.name`];
}

/** Pods by labels, or by one that exists; an exclusion would select pods of every other kind. */
function selectorProblems(where: string, selector: unknown): string[] {
  const { matchLabels, matchExpressions }: Props = isObject(selector) ? selector : {};
  const expressions = listOf(matchExpressions);
  const names = [...entriesOf(matchLabels).map(([key]) => key), ...expressions.map(({ key }) => String(key))];
  const isPositive = expressions.every(({ operator }) => operator === "In" || operator === "Exists");
  // A label of the whole stack, such as part-of, would select every pod.
  return isPositive && names.some((name) => !/\/(part-of|instance|managed-by|version)$/.test(name))
    ? []
    : [`selects too many pods in ${where}. Select a component`];
}

// Written again here, because a rule must not take its measure from the program that it judges.
const privateNetworks = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
];
const privateNetworks6 = ["fc00::/7", "fe80::/10", "::1/128"];

function blockProblems(direction: string, block: Props, asksApi: boolean): string[] {
  const cidr = textOf(block["cidr"]) ?? "";
  if (isLocal(cidr) || privateNetworks.includes(cidr))
    return [`allows ${direction} for all of ${cidr}. Name the network`];
  if (!isWide(cidr)) return [];
  if (direction === "ingress") return [`allows ingress from ${cidr}. Name the networks`];
  return asksApi || excludesPrivate(block)
    ? []
    : [`allows egress to ${cidr} with private networks. Add them to except`];
}

/** Addresses of the node and of the cloud's metadata, except for the node's DNS cache. */
function isLocal(cidr: string): boolean {
  return /^(169\.254\.|127\.|fe80:|fd00:ec2:|::1)/.test(cidr) && cidr !== "169.254.20.10/32";
}

/** Wider than any network that an organization owns. */
function isWide(cidr: string): boolean {
  return Number(/\/(\d+)$/.exec(cidr)?.[1] ?? 0) < 8;
}

function excludesPrivate({ cidr, except }: Props): boolean {
  const excluded: unknown[] = Array.isArray(except) ? except : [];
  const wanted = textOf(cidr)?.includes(":") === true ? privateNetworks6 : privateNetworks;
  return wanted.every((network) => excluded.includes(network));
}

function reachesEverything({ to }: Props): boolean {
  return listOf(to).some(
    ({ ipBlock }) => isObject(ipBlock) && isWide(textOf(ipBlock["cidr"]) ?? "") && !excludesPrivate(ipBlock),
  );
}

/** Of Kubernetes' distributions. */
const apiServerPorts = [443, 6443, 8443, 16_443];

/** The database's pods and the drill's talk to the API server, whose address is unknown. */
function asksApiServer(selector: unknown, ports: readonly Props[]): boolean {
  const { matchLabels, matchExpressions }: Props = isObject(selector) ? selector : {};
  const isClient =
    matchLabels?.["app.kubernetes.io/component"] === "restore-drill" ||
    listOf(matchExpressions).some(({ key, operator }) => key === "cnpg.io/cluster" && operator === "Exists");
  return isClient && ports.every(({ port }) => apiServerPorts.includes(port as number));
}

const isEmpty = (selector: unknown): boolean =>
  isObject(selector) && ["matchLabels", "matchExpressions"].every((key) => !hasItems(selector[key]));
const hasItems = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;
