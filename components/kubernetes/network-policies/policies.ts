import type { types } from "@pulumi/kubernetes";
import { peers, podSelector, type OwnPods, type Party } from "./parties.ts";

type Policy = types.input.networking.v1.NetworkPolicySpec;
type PolicyPort = types.input.networking.v1.NetworkPolicyPort;

/** Allowed traffic. */
export interface Rule {
  from: Party;
  to: Party;
  /** TCP ports of the pods, which may differ from a Service's ports. Default: every port. */
  ports?: readonly number[];
  protocols?: readonly ("TCP" | "UDP")[];
  /** The reason. */
  why: string;
}

/** Policies by name: one that rejects everything, and one per pod role with its allowed ingress and egress. */
export function renderPolicies(rules: readonly Rule[]): Record<string, Policy> {
  const policies: Record<string, Policy> = {
    "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  };
  const every = rules.filter(({ from }) => "everyPod" in from);
  if (every.length > 0) {
    policies["every-pod"] = { podSelector: {}, policyTypes: ["Egress"], egress: every.map(egress) };
  }
  for (const pods of ownPods(rules)) {
    const taken = rules.filter(({ to }) => isOwn(to, pods)).map(ingress);
    const sent = rules.filter(({ from }) => isOwn(from, pods)).map(egress);
    policies[pods] = {
      podSelector: podSelector(pods),
      policyTypes: ["Ingress", "Egress"],
      ...(taken.length > 0 && { ingress: taken }),
      ...(sent.length > 0 && { egress: sent }),
    };
  }
  return policies;
}

function ownPods(rules: readonly Rule[]): OwnPods[] {
  const parties = rules.flatMap(({ from, to }) => [from, to]);
  return [...new Set(parties.flatMap((party) => ("own" in party ? [party.own] : [])))].sort();
}

const isOwn = (party: Party, pods: OwnPods): boolean => "own" in party && party.own === pods;

function ingress(rule: Rule): types.input.networking.v1.NetworkPolicyIngressRule {
  return { from: peers(rule.from), ...ports(rule) };
}

function egress(rule: Rule): types.input.networking.v1.NetworkPolicyEgressRule {
  return { to: peers(rule.to), ...ports(rule) };
}

function ports({ ports: numbers, protocols = ["TCP"] }: Rule): { ports: PolicyPort[] } {
  if (numbers === undefined) return { ports: protocols.map((protocol) => ({ protocol })) };
  return { ports: numbers.flatMap((port) => protocols.map((protocol) => ({ protocol, port }))) };
}
