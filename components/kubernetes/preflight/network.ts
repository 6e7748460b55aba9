import { itemsOf, reading, type PreflightSettings, type Requirement } from "./requirement.ts";

interface Slice {
  metadata: { namespace?: string };
  ports?: { name?: string; protocol?: string; port?: number }[];
}

/** The labels of DNS Services, which their EndpointSlices have too: of most clusters, and of OpenShift. */
const dnsLabels = ["k8s-app in (kube-dns,coredns,core-dns)", "dns.operator.openshift.io/owning-dns=default"];

/**
 * What network policies need to know: the ports of the API server and of DNS behind their Services, where policies apply.
 * Without the rights, or without these objects, what is usual is assumed.
 */
export function network({ kubernetes: { networkPolicies } }: PreflightSettings): Requirement[] {
  if (!networkPolicies.enabled) return [];
  const slices = "/apis/discovery.k8s.io/v1";
  const none = (): undefined => undefined;
  return [
    ...(networkPolicies.apiServerPorts === undefined
      ? [
          {
            ...reading(
              "kubernetes.networkPolicies.apiServerPorts",
              `${slices}/namespaces/default/endpointslices/kubernetes`,
              none,
            ),
            learn: (answer) => {
              const { ports = [] } = (answer?.status === 200 ? answer.body : {}) as Slice;
              const found = ports.flatMap(({ port }) => port ?? []);
              return found.length === 0 ? {} : { apiServerPorts: found };
            },
          } satisfies Requirement,
        ]
      : []),
    ...(networkPolicies.dns === undefined
      ? [
          {
            key: "kubernetes.networkPolicies.dns",
            questions: dnsLabels.map((label) => ({
              path: `${slices}/endpointslices?labelSelector=${encodeURIComponent(label)}`,
            })),
            judge: none,
            learn: (...answers) => {
              const dns = servers(answers.flatMap((answer) => itemsOf<Slice>(answer)));
              return dns.length === 0 ? {} : { dns };
            },
          } satisfies Requirement,
        ]
      : []),
  ];
}

/** The ports for names, without those for metrics; sorted, so that the policies do not change with the order of answers. */
function servers(slices: readonly Slice[]): { namespace: string; ports: number[] }[] {
  const found = new Map<string, Set<number>>();
  for (const { metadata, ports = [] } of slices)
    for (const { name = "dns", protocol, port } of ports)
      if (metadata.namespace !== undefined && port !== undefined && (protocol === "UDP" || name.startsWith("dns")))
        found.set(metadata.namespace, (found.get(metadata.namespace) ?? new Set()).add(port));
  return [...found]
    .map(([namespace, each]) => ({ namespace, ports: [...each].sort((a, b) => a - b) }))
    .sort((a, b) => a.namespace.localeCompare(b.namespace));
}
