import type { types } from "@pulumi/kubernetes";
import { roleLabel, type PodRole } from "../names.ts";

type Selector = types.input.meta.v1.LabelSelector;
type Peer = types.input.networking.v1.NetworkPolicyPeer;

/**
 * Pods of this namespace by role. `database` means every cluster, including a renamed one's predecessor and a drill's.
 */
export type OwnPods = PodRole | "database" | "certificate-solver";

/** One side of the traffic: pods of this namespace, pods of another namespace, or addresses. */
export type Party =
  | { own: OwnPods }
  | { everyPod: true }
  | { namespace: string; pods?: Record<string, string> }
  | { networks: readonly Network[] };

export interface Network {
  cidr: string;
  except?: readonly string[];
}

/** Networks that are not the internet: private, carrier-grade NAT, loopback and link-local, with cloud metadata. */
const privateNetworks = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
];
const privateNetworks6 = ["fc00::/7", "fe80::/10", "::1/128"];

export const internet: Party = {
  networks: [
    { cidr: "0.0.0.0/0", except: privateNetworks },
    { cidr: "::/0", except: privateNetworks6 },
  ],
};

export const anyAddress: Party = { networks: [{ cidr: "0.0.0.0/0" }, { cidr: "::/0" }] };

/** Matches the label that Kubernetes sets on every namespace. */
const namespaceSelector = (name: string): Selector => ({ matchLabels: { "kubernetes.io/metadata.name": name } });

export function podSelector(pods: OwnPods): Selector {
  if (pods === "database") return { matchExpressions: [{ key: "cnpg.io/cluster", operator: "Exists" }] };
  // cert-manager creates these pods in the certificate's namespace while an authority validates.
  if (pods === "certificate-solver") return { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } };
  return { matchLabels: { "app.kubernetes.io/part-of": "chatwoot", [roleLabel]: pods } };
}

export function peers(party: Party): Peer[] {
  if ("own" in party) return [{ podSelector: podSelector(party.own) }];
  if ("everyPod" in party) return [{ podSelector: {} }];
  if ("namespace" in party) {
    const { namespace, pods } = party;
    return [{ namespaceSelector: namespaceSelector(namespace), ...(pods && { podSelector: { matchLabels: pods } }) }];
  }
  return party.networks.map(({ cidr, except }) => ({ ipBlock: { cidr, ...(except && { except: [...except] }) } }));
}
