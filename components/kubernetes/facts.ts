/**
 * What the preflight saw in the cluster and the program builds on. Every fact is optional: without it (a preview without a
 * cluster, a missing right), the program assumes what is usual.
 */
export interface ClusterFacts {
  /** Controller of the ingress class or of the Gateway's class, as `spec.controller` names it. */
  controller?: string;
  /** Ports of the API server behind its Service. */
  apiServerPorts?: readonly number[];
  /** Where DNS answers. */
  dns?: readonly { namespace: string; ports: readonly number[] }[];
}
